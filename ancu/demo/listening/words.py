"""Texts of the demo's petitions, by matter: a title and a body."""

THEMES = (
    "Lắng nghe ý kiến nhân dân về an ninh, trật tự",
    "Khai báo tạm trú và dịch vụ công trực tuyến",
    "Công an với nhân dân: hỏi và đáp",
    "Phục vụ người dân, doanh nghiệp có người nước ngoài",
)
PROMISES = (
    "Bố trí thêm một bàn tiếp nhận vào sáng thứ Bảy",
    "Tuần tra khu vực chợ vào buổi tối, mỗi tuần ba lần",
    "Kiểm tra các cơ sở lưu trú chưa khai báo và thông báo kết quả",
    "Lắp biển chỉ dẫn song ngữ tại nơi tiếp nhận hồ sơ",
    "Phối hợp thay đèn chiếu sáng ở đoạn đường tối",
    "Niêm yết lại bảng phí và thời hạn giải quyết",
    "Trả lời lại về lối ra vào bị xe tải chắn",
)
MATTERS = {
    "declaration": (
        ("Nhà nghỉ không khai báo khách nước ngoài", "Cơ sở gần nhà tôi có khách nước ngoài mà không khai báo."),
        ("Khai báo trên điện thoại hay bị lỗi", "Nhà tôi ở chỗ sóng yếu, khai buổi tối hay mất."),
        ("Xin hướng dẫn khai báo cho khách đoàn", "Đoàn 30 người khai từng người rất lâu."),
    ),
    "visa": (
        ("Hồ sơ gia hạn tạm trú chậm trả kết quả", "Công ty đã nộp đủ giấy tờ, quá ngày hẹn chưa có kết quả."),
        ("Hỏi giấy tờ làm thẻ tạm trú cho vợ", "Tôi đã đến hai lần vẫn chưa rõ còn thiếu giấy gì."),
    ),
    "passport": (
        ("Hẹn lấy hộ chiếu quá lâu", "Tôi có việc gấp, đề nghị xem lại lịch trả hộ chiếu phổ thông."),
        ("Ảnh hộ chiếu bị trả lại nhiều lần", "Ảnh chụp ở tiệm theo đúng mẫu vẫn bị trả lại, đề nghị nói rõ yêu cầu."),
    ),
    "order": (
        ("Quán hát mở nhạc quá 22 giờ", "Quán hát cạnh khu dân cư mở nhạc to đến khuya, đã nhắc nhiều lần."),
        ("Đoạn đường tối, hay bị trộm", "Ngõ sau chợ không có đèn, tháng này ba nhà bị mất xe."),
        ("Thanh niên tụ tập gây mất trật tự", "Cuối tuần có nhóm thanh niên tụ tập ở sân bóng, la hét và nẹt pô."),
    ),
    "traffic": (
        ("Xe tải đỗ chắn lối ra vào", "Xe tải của bãi vật liệu đỗ kín lối vào tổ dân phố."),
        ("Ngã ba không có biển báo", "Ngã ba xuống bến thuyền khuất tầm nhìn, đã có hai vụ va chạm."),
    ),
    "residence": (
        ("Đi lại nhiều lần để xác nhận cư trú", "Tôi phải nghỉ làm ba buổi để xin xác nhận cư trú."),
        ("Căn cước sai ngày sinh", "Thẻ căn cước của con tôi in sai ngày sinh, đề nghị đổi lại."),
    ),
    "online": (
        ("Trang nộp hồ sơ báo lỗi", "Nộp đến bước cuối thì trang báo lỗi, phải nhập lại từ đầu."),
        ("Không nhận được thư báo kết quả", "Hồ sơ nộp qua mạng đã hai tuần không có thư báo."),
    ),
    "conduct": (
        ("Cán bộ tiếp dân thiếu niềm nở", "Cán bộ trả lời cộc lốc, không giải thích giấy tờ còn thiếu."),
        ("Khen cán bộ hướng dẫn tận tình", "Xin ghi nhận cán bộ trực chiều thứ Sáu đã giúp mẹ tôi làm hồ sơ."),
    ),
    "complaint": (
        ("Khiếu nại quyết định xử phạt", "Tôi đã khai báo đúng hạn, có biên nhận kèm theo."),
    ),
    "denunciation": (
        ("Tố cáo cán bộ gây khó dễ", "Tôi tố cáo cán bộ yêu cầu nộp thêm giấy tờ ngoài quy định."),
    ),
    "other": (
        ("Đề nghị mở thêm điểm tiếp nhận", "Người dân vùng cao đi 40 km mới đến nơi nộp hồ sơ."),
        ("Góp ý về giờ làm việc", "Đề nghị tiếp dân cả sáng thứ Bảy vì chúng tôi đi làm trong tuần."),
    ),
}  # fmt: skip
