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
        ("Homestay cạnh chợ nhận khách mà không hỏi giấy tờ", "Cuối tuần nào cũng có khách nước ngoài ở lại."),
    ),
    "visa": (
        ("Hồ sơ gia hạn tạm trú chậm trả kết quả", "Công ty đã nộp đủ giấy tờ, quá ngày hẹn chưa có kết quả."),
        ("Hỏi giấy tờ làm thẻ tạm trú cho vợ", "Tôi đã đến hai lần vẫn chưa rõ còn thiếu giấy gì."),
        ("Giấy hẹn ghi sai họ tên người lao động", "Giấy hẹn thiếu tên đệm, ngân hàng không nhận."),
        ("Hỏi cách gia hạn khi hộ chiếu sắp hết hạn", "Hộ chiếu của chuyên gia còn bốn tháng, có được gia hạn không."),
    ),
    "passport": (
        ("Hẹn lấy hộ chiếu quá lâu", "Tôi có việc gấp, đề nghị xem lại lịch trả hộ chiếu phổ thông."),
        ("Ảnh hộ chiếu bị trả lại nhiều lần", "Ảnh chụp ở tiệm theo đúng mẫu vẫn bị trả lại, đề nghị nói rõ yêu cầu."),
        ("Hộ chiếu gửi bưu điện mười ngày chưa tới", "Bưu cục nói chưa nhận được bưu gửi của cơ quan."),
        ("Xin đổi nơi nhận hộ chiếu về xã", "Nhà tôi cách thành phố 60 km, xin nhận ở Công an xã."),
    ),
    "order": (
        ("Quán hát mở nhạc quá 22 giờ", "Quán hát cạnh khu dân cư mở nhạc to đến khuya, đã nhắc nhiều lần."),
        ("Đoạn đường tối, hay bị trộm", "Ngõ sau chợ không có đèn, tháng này ba nhà bị mất xe."),
        ("Thanh niên tụ tập gây mất trật tự", "Cuối tuần có nhóm thanh niên tụ tập ở sân bóng, la hét và nẹt pô."),
        ("Chó thả rông ở khu tập thể", "Ba con chó không rọ mõm, trẻ em không dám đi học một mình."),
        ("Xưởng cưa chạy máy ban đêm", "Xưởng cưa đầu xóm chạy máy đến nửa đêm, người già không ngủ được."),
    ),
    "traffic": (
        ("Xe tải đỗ chắn lối ra vào", "Xe tải của bãi vật liệu đỗ kín lối vào tổ dân phố."),
        ("Ngã ba không có biển báo", "Ngã ba xuống bến thuyền khuất tầm nhìn, đã có hai vụ va chạm."),
        ("Xe khách dừng đón giữa cầu", "Sáng nào cũng có xe khách dừng giữa cầu đón người, rất nguy hiểm."),
        ("Đèn vàng ở cổng trường không nháy", "Đèn cảnh báo ở cổng trường hỏng từ đầu năm học."),
    ),
    "residence": (
        ("Đi lại nhiều lần để xác nhận cư trú", "Tôi phải nghỉ làm ba buổi để xin xác nhận cư trú."),
        ("Căn cước sai ngày sinh", "Thẻ căn cước của con tôi in sai ngày sinh, đề nghị đổi lại."),
        ("Nhập hộ khẩu cho con quá ba tuần", "Tôi nộp đủ giấy tờ từ đầu tháng, chưa có kết quả."),
        ("Xin cấp lại căn cước bị cháy", "Nhà tôi cháy, mất hết giấy tờ, xin được làm nhanh."),
    ),
    "online": (
        ("Trang nộp hồ sơ báo lỗi", "Nộp đến bước cuối thì trang báo lỗi, phải nhập lại từ đầu."),
        ("Không nhận được thư báo kết quả", "Hồ sơ nộp qua mạng đã hai tuần không có thư báo."),
        ("Chữ trên biên nhận quá nhỏ", "Mẹ tôi không đọc được mã trên biên nhận in ra."),
        ("Mã xác nhận đến sau mười lăm phút", "Mã gửi về điện thoại đến khi trang đã hết giờ."),
    ),
    "conduct": (
        ("Cán bộ tiếp dân thiếu niềm nở", "Cán bộ trả lời cộc lốc, không giải thích giấy tờ còn thiếu."),
        ("Khen cán bộ hướng dẫn tận tình", "Xin ghi nhận cán bộ trực chiều thứ Sáu đã giúp mẹ tôi làm hồ sơ."),
        ("Gọi đường dây nóng không ai nhấc máy", "Tôi gọi ba lần buổi trưa, không có người nghe."),
        ("Phải chờ ở quầy hơn hai giờ", "Tôi có lịch hẹn 9 giờ mà đến 11 giờ mới được gọi."),
    ),
    "complaint": (
        ("Khiếu nại quyết định xử phạt", "Tôi đã khai báo đúng hạn, có biên nhận kèm theo."),
        ("Khiếu nại việc từ chối gia hạn tạm trú", "Quyết định không nêu rõ điều kiện nào chưa đạt."),
        ("Khiếu nại biên bản kiểm tra nhà nghỉ", "Biên bản ghi thiếu hai khách, nhưng hai người đó đã trả phòng."),
        ("Khiếu nại mức phạt khai báo muộn", "Mất điện cả xã hôm đó, chúng tôi khai ngay khi có điện."),
    ),
    "denunciation": (
        ("Tố cáo cán bộ gây khó dễ", "Tôi tố cáo cán bộ yêu cầu nộp thêm giấy tờ ngoài quy định."),
        ("Tố cáo việc nhận quà để làm nhanh hồ sơ", "Tôi nghe người môi giới nói phải có quà mới có kết quả sớm."),
        ("Tố cáo môi giới giấy tờ trước cổng cơ quan", "Có người mời làm giấy tờ hộ, nói quen cán bộ bên trong."),
    ),
    "other": (
        ("Đề nghị mở thêm điểm tiếp nhận", "Người dân vùng cao đi 40 km mới đến nơi nộp hồ sơ."),
        ("Góp ý về giờ làm việc", "Đề nghị tiếp dân cả sáng thứ Bảy vì chúng tôi đi làm trong tuần."),
        ("Xin tờ hướng dẫn bằng tiếng Mường", "Người già trong xóm đọc chữ phổ thông rất chậm."),
        ("Nhà chờ không có chỗ cho xe lăn", "Lối vào có ba bậc, người đi xe lăn phải nhờ người khiêng."),
    ),
}  # fmt: skip
