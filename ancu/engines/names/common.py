"""Words with little evidence: titles, particles, and very common names."""

_TITLES = """mr mrs ms miss mister dr prof professor sir lord lady dame mme mlle madame monsieur herr frau president
praesident prasident general gen col colonel capt sheikh shaikh sheik haji hajji hadji mullah mawlawi maulavi qari
sr jr ii iii"""
_ADDRESSES = "ong ba anh chi co em chu bac"  # titles before a Vietnamese name, given names within it
_PARTICLES = """al el ul ur ar as ash an ibn bin ben bint binti bte abu abou umm de da do dos das del della di du des la
le les van von der den ter zu zur y e a o ap"""
TITLES, PARTICLES = frozenset(_TITLES.split()), frozenset(_PARTICLES.split())
ADDRESSES = frozenset(_ADDRESSES.split())

# Given names so common that many people bear a second one right after, and are called by both: JEAN PAUL, MEHMET ALI.
# Where the second may as well be the father's name (MOHAMED ALI), it is often left out, and is not here.
_COMPOSING = "jean marie anne jose juan maria ana mehmet mustafa ahmet fatma ayse karl hans"
COMPOSING = frozenset(_COMPOSING.split())

# How much a very common word weighs beside a rare one (1.0): names borne by a large share of a people.
_GROUPS = {
    0.45: "nguyen thi mohammad mohammed muhammad mohamed kim wang li zhang maria singh abd",
    0.55: """tran le pham hoang huynh phan vu vo dang bui do ho ngo duong van chen liu yang huang zhao wu zhou lee park
    pak choi choe jung jeong chung ahmed ahmad ali hassan hasan hussein garcia rodriguez gonzalez lopez martinez
    fernandez perez sanchez jose juan kumar devi khan john""",
    0.7: """ly dinh trinh truong mai xu sun ma zhu hu lin guo he gao luo zheng liang xie tang kang cho yoon jang lim han
    shin seo kwon hwang ahn song hong min jun ji hyun young soo sung ibrahim mahmoud mahmud omar umar yusuf yousef
    abdullah abdallah khalid said saeed smith jones johnson williams brown taylor davies wilson james david michael
    robert william peter paul thomas anna ivan ivanov sergey sergei aleksandr alexander vladimir dmitri andrei nikolai
    natalia elena olga tatiana silva santos oliveira souza muller mueller schmidt schneider martin bernard dubois
    sato suzuki takahashi tanaka watanabe ito yamamoto das ram sharma patel rahman hossain islam""",
}
COMMON = {name: weight for weight, names in _GROUPS.items() for name in names.split()}
