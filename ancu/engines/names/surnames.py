"""Family names that identify a romanised name as Chinese, Korean or Vietnamese; Korean ones with their sound."""

_CHINESE = """wang li lee zhang chang liu chen yang huang zhao chao wu zhou chou xu hsu sun ma zhu chu hu guo kuo he
ho gao kao lin luo lo zheng cheng liang xie hsieh tang song sung deng teng han feng cao tsao peng zeng tseng xiao
hsiao tian tien dong tung yuan pan jiang chiang cai tsai yu du tu ye yeh su wei lu lyu lue lv ding ting ren jen shen
yao fan fang jin chin qian chien dai tai tan shi shih bai pai xia hsia qiu chiu hou zou tsou xiong hsiung meng qin
long lung mao kong kung cui tsui wan duan tuan lei hao tao gu ku yin yan yen xi hsi ouyang sima zuo"""
_KOREAN = """kim=kim gim=kim lee=i yi=i rhee=i ri=i park=pak pak=pak bak=pak choi=ce choe=ce jung=cung jeong=cung
chung=cung cheong=cung kang=kang gang=kang cho=co jo=co yoon=yun yun=yun jang=cang chang=cang lim=im im=im rim=im
han=han oh=o seo=su suh=su shin=sin sin=sin kwon=kun gwon=kun hwang=hwang ahn=an an=an song=song yoo=yu yu=yu you=yu
ryu=yu hong=hong jeon=cun jun=cun chun=cun ko=ko go=ko koh=ko moon=mun mun=mun yang=yang son=son sohn=son bae=pe
pae=pe baek=pek paek=pek heo=hu hur=hu huh=hu nam=nam shim=sim sim=sim noh=no roh=no ro=no ha=ha kwak=kwak gwak=kwak
sung=sung seong=sung cha=ca joo=cu ju=cu woo=u u=u koo=ku gu=ku ku=ku min=min ryoo=yu na=na ra=na ji=ci chi=ci um=um
uhm=um won=won byun=pyun"""
_VIETNAMESE = """nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh truong mai dao
doan luong luu trieu ha cao quach chu tang thai lam vuong bach la ta to kieu khuc giang vang sung lo lu hau ma mua
tong dam diep trang ton nghiem van phung lai chau thach son kha chau au ong mac tu lieu nong hua be luc bo cam ca
quang vi"""


CHINESE, VIETNAMESE = frozenset(_CHINESE.split()), frozenset(_VIETNAMESE.split())
KOREAN = {name: sound for name, _, sound in (word.partition("=") for word in _KOREAN.split())}
