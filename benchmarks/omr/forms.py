"""Two questionnaires as an office asks them: one of two pages in both languages, one short in Vietnamese."""

from ancu.engines.omr import Choice, Question, Questionnaire, QuestionSection, Words

LEVELS = (
    ("1", "Rất không hài lòng", "Very dissatisfied"),
    ("2", "Không hài lòng", "Dissatisfied"),
    ("3", "Bình thường", "Neutral"),
    ("4", "Hài lòng", "Satisfied"),
    ("5", "Rất hài lòng", "Very satisfied"),
)
MATTERS = (
    ("staff", "Thái độ của cán bộ", "Attitude of the staff"),
    ("time", "Thời gian giải quyết", "Time taken"),
    ("guidance", "Hướng dẫn thủ tục", "Guidance on procedures"),
    ("room", "Nơi chờ", "Waiting room"),
    ("fees", "Phí, lệ phí", "Fees"),
    ("online", "Dịch vụ trực tuyến", "Online service"),
)


def choices(*texts: tuple[str, str, str], write_in: bool = False) -> tuple[Choice, ...]:
    """Return choices of a question from id, Vietnamese and English text.

    ``write_in`` adds one with a line to write on.
    """
    plain = tuple(Choice(id=choice_id, words=Words(vi, en)) for choice_id, vi, en in texts)
    return (*plain, Choice(id="other", words=Words("Khác", "Other"), write_in=True)) if write_in else plain


ERRAND = Question(
    id="errand", kind="single", words=Words("Quý vị đến làm thủ tục gì?", "What did you come for?"),
    choices=choices(
        ("visa", "Thị thực", "Visa"), ("extension", "Gia hạn tạm trú", "Extension of stay"),
        ("card", "Thẻ tạm trú", "Residence card"), ("passport", "Hộ chiếu", "Passport"), write_in=True,
    ),
)  # fmt: skip
SOURCE = Question(
    id="source", kind="multiple", words=Words("Quý vị biết thủ tục qua đâu?", "How did you learn about it?"),
    choices=choices(
        ("web", "Trang mạng", "Website"), ("tv", "Truyền hình", "Television"), ("commune", "Công an xã", "Police"),
        ("friends", "Người quen", "Friends"), ("leaflet", "Tờ rơi", "Leaflet"), ("lodging", "Nơi lưu trú", "Lodging"),
    ),
)  # fmt: skip
WAITED = Question(
    id="waited", kind="number", words=Words("Quý vị chờ bao nhiêu phút?", "How many minutes did you wait?"), digits=3,
    unit=Words("phút", "minutes"),
)  # fmt: skip
RATING = Question(
    id="rating", kind="matrix", words=Words("Xin cho biết mức độ hài lòng", "How satisfied are you?"),
    rows=choices(*MATTERS), choices=choices(*LEVELS),
)  # fmt: skip
WOULD = Question(
    id="recommend", kind="scale", low=0, high=10,
    words=Words("Quý vị có giới thiệu dịch vụ trực tuyến cho người khác?", "Would you recommend the online service?"),
    low_words=Words("Không", "Not at all"), high_words=Words("Rất sẵn lòng", "Gladly"),
)  # fmt: skip
OVERALL = Question(
    id="overall", kind="scale", words=Words("Nói chung, quý vị hài lòng đến mức nào?", "Overall, are you satisfied?"),
    low_words=Words("Không hài lòng", "Not at all"), high_words=Words("Rất hài lòng", "Very"),
)  # fmt: skip
BEYOND = Question(
    id="beyond", kind="single", choices=choices(("yes", "Có", "Yes"), ("no", "Không", "No")),
    words=Words("Cán bộ có yêu cầu giấy tờ ngoài quy định không?", "Were you asked for papers beyond the rules?"),
)  # fmt: skip
IMPROVE = Question(
    id="improve", kind="multiple", words=Words("Điều gì cần cải thiện trước hết?", "What should improve first?"),
    choices=choices(
        ("fewer", "Giảm số lần phải đến cơ quan", "Fewer visits to the office"),
        ("promised", "Trả kết quả đúng hẹn", "Results on the day promised"),
        ("languages", "Hướng dẫn rõ ràng bằng nhiều thứ tiếng", "Clear guidance in several languages"),
        ("seats", "Thêm chỗ ngồi, quạt và nước uống tại nơi chờ", "More seats, fans and water where people wait"),
        write_in=True,
    ),
)  # fmt: skip
WORK = Question(id="work", kind="short", words=Words("Nghề nghiệp", "Occupation"))
ELSE = Question(id="else", kind="long", lines=2, words=Words("Ý kiến khác của quý vị", "Anything else you wish to say"))
ISSUER = Words("CÔNG AN TỈNH · PHÒNG QUẢN LÝ XUẤT NHẬP CẢNH", "Provincial police · Immigration office")
THANKS = Words("Trân trọng cảm ơn quý vị. Xin bỏ phiếu vào hòm thư góp ý.", "Thank you. Please put this into the box.")

LONG = Questionnaire(
    code="BENCHLONG", issuer=ISSUER, closing=THANKS,
    title=Words("Phiếu lấy ý kiến về thủ tục xuất nhập cảnh", "Opinion survey on immigration procedures"),
    intro=Words("Phiếu không ghi tên. Ý kiến của quý vị giúp cơ quan phục vụ tốt hơn.", "This sheet carries no name."),
    sections=(
        QuestionSection(id="you", title=Words("Về quý vị", "About you"), questions=(ERRAND, SOURCE, WAITED, WORK)),
        QuestionSection(
            id="us", title=Words("Đánh giá", "Your opinion"), questions=(RATING, WOULD, OVERALL, BEYOND, IMPROVE, ELSE)
        ),
    ),
)  # fmt: skip
SHORT = Questionnaire(
    code="BENCHSHORT", issuer=ISSUER, closing=THANKS, title=Words("Phiếu góp ý nhanh"),
    sections=(QuestionSection(id="us", questions=(ERRAND, OVERALL, RATING, BEYOND)),),
)  # fmt: skip
