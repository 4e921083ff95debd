"""Codes: the row stands, a person should look."""

from ancu.engines.exchange.codes.words import MessageCode, bad_date, missing

WARNINGS: dict[str, MessageCode] = {
    "permitted_until_missing": missing("warning", "permitted_until"),
    "permitted_until_unreadable": bad_date("warning", "permitted_until"),
    "permit_expired": MessageCode(
        "warning",
        "Thời hạn được phép tạm trú “{value}” đã hết trước ngày đến. Vui lòng kiểm tra thị thực của khách.",
        "The permitted stay “{value}” ended before arrival. Please check the guest's visa.",
    ),
    "permit_before_departure": MessageCode(
        "warning",
        "Thời hạn được phép tạm trú “{value}” hết trước ngày đi dự kiến.",
        "The permitted stay “{value}” ends before the expected departure.",
    ),
    "permit_equals_document_expiry": MessageCode(
        "warning",
        "Thời hạn tạm trú “{value}” trùng ngày hết hạn hộ chiếu; hai ngày này thường bị nhầm với nhau.",
        "The permitted stay “{value}” equals the passport's expiry; the two are often confused.",
    ),
    "document_expired": MessageCode(
        "warning",
        "Hộ chiếu đã hết hạn ngày “{value}”, trước khi khách đến; cơ quan công an sẽ thấy điều này. Nếu ghi nhầm, vui"
        " lòng sửa lại.",
        "The passport expired on “{value}”, before the guest came; the police will see that. If the day is mistyped,"
        " please correct it.",
    ),
    "room_missing": missing("warning", "room"),
    "sex_missing": missing("warning", "sex"),
    "sex_unknown": MessageCode(
        "warning",
        "Không rõ giới tính “{value}”; để trống, không suy đoán.",
        "The sex “{value}” is not clear; it was left empty, not guessed.",
    ),
    "nationality_alias": MessageCode(
        "warning",
        "Mã “{value}” không có trong danh mục của cổng; được hiểu là {name_vi}.",
        "The code “{value}” is not on the portal's list; it was read as {name_en}.",
    ),
    "nationality_ambiguous": MessageCode(
        "warning",
        "Quốc tịch “{value}” có thể hiểu theo hai cách; được hiểu là {name_vi}. Vui lòng kiểm tra.",
        "The nationality “{value}” can be read in two ways; it was read as {name_en}. Please check.",
    ),
    "nationality_not_on_portal_list": MessageCode(
        "warning",
        "Quốc tịch {name_vi} ({shown}) không có trong danh mục của cổng quốc gia; cán bộ sẽ xem xét.",
        "{name_en} ({shown}) is not on the national portal's list; an officer will check it.",
    ),
    "document_number_unusual": MessageCode(
        "warning",
        "Số hộ chiếu “{value}” khác thường (dưới 5, trên 15, có ký tự lạ hoặc không có chữ số). Vui lòng kiểm tra.",
        "The document number “{value}” is unusual (under 5, over 15, unusual characters, or no digit). Please"
        " check it.",
    ),
    "document_number_placeholder": MessageCode(
        "warning",
        "Số hộ chiếu “{value}” giống số điền cho có. Vui lòng ghi đúng số trên hộ chiếu.",
        "The document number “{value}” looks like a placeholder. Please write the number in the passport.",
    ),
    "document_number_was_number": MessageCode(
        "warning",
        "Ô số hộ chiếu “{value}” có định dạng số; các số 0 ở đầu có thể đã mất. Vui lòng kiểm tra.",
        "The document number “{value}” was a numeric cell; leading zeros may be lost. Please check it.",
    ),
    "full_name_damaged": MessageCode(
        "warning",
        "Họ tên “{value}” có ký tự lạ (chữ số, dấu hỏi…), có thể đã bị lỗi phông. Vui lòng kiểm tra.",
        "The full name “{value}” has unusual characters (digits, question marks…). Please check it.",
    ),
    "guest_maybe_replaced": MessageCode(
        "warning",
        "Nội dung sửa ghi họ tên khác hẳn, hoặc thay đổi ít nhất hai trong ba mục: họ tên, ngày sinh, giấy tờ. Nếu"
        " “{value}” vẫn là khách này, vui lòng xác nhận; khách khác phải được khai báo riêng.",
        "The correction gives another name, or changes at least two of name, date of birth and document. Please"
        " confirm that “{value}” is still this guest; another guest must be declared separately.",
    ),
    "birth_date_unlikely": MessageCode(
        "warning",
        "Theo ngày sinh “{value}”, khách đã hơn 100 tuổi. Vui lòng kiểm tra.",
        "According to the birth date “{value}”, the guest is over 100 years old. Please check it.",
    ),
    "birth_date_recent": MessageCode(
        "warning",
        "Theo ngày sinh “{value}”, khách mới sinh trong vòng một tháng. Vui lòng kiểm tra.",
        "According to the birth date “{value}”, the guest was born within the last month. Please check it.",
    ),
    "arrival_in_future": MessageCode(
        "warning",
        "Ngày đến “{value}” ở tương lai. Chỉ khai báo khi khách đã đến.",
        "The arrival “{value}” is in the future. Please declare guests once they have arrived.",
    ),
    "arrival_maybe_swapped": MessageCode(
        "warning",
        "Ngày đến “{value}” ở tương lai, nhưng nếu đổi chỗ ngày và tháng thì là gần hôm nay. Vui lòng kiểm tra.",
        "The arrival “{value}” is in the future; with day and month swapped it would be near today. Please check.",
    ),
    "arrival_long_ago": MessageCode(
        "warning",
        "Ngày đến “{value}” đã hơn 30 ngày. Vui lòng kiểm tra.",
        "The arrival “{value}” is more than 30 days ago. Please check it.",
    ),
    "departure_passed": MessageCode(
        "warning",
        "Ngày đi dự kiến “{value}” đã qua. Nếu khách đã đi, vui lòng ghi ngày đi; nếu không, khách được tính là đang"
        " ở.",
        "The expected departure “{value}” has passed. If the guest has left, please write the day; else the guest"
        " counts as staying.",
    ),
    "stay_very_long": MessageCode(
        "warning",
        "Thời gian lưu trú dài hơn một năm. Vui lòng kiểm tra ngày đi dự kiến “{value}”.",
        "The stay is longer than a year. Please check the expected departure “{value}”.",
    ),
    "departed_on_unreadable": bad_date("warning", "departed_on"),
    "checkout_in_future": MessageCode(
        "warning",
        "Ngày trả phòng “{value}” ở tương lai nên chưa được ghi nhận là đã trả phòng.",
        "The check-out “{value}” is in the future, so the guest is not recorded as checked out.",
    ),
    "precision_contradictory": MessageCode(
        "warning",
        "Ngày sinh “{value}” ghi đầy đủ hơn mức chính xác đã khai (năm hoặc tháng); chỉ giữ mức đã khai.",
        "The birth date “{value}” is more exact than its declared precision (year or month). Only the latter was kept.",
    ),
    "precision_unknown": MessageCode(
        "warning",
        "Không hiểu mức chính xác “{value}” của ngày sinh; được hiểu theo chính ngày sinh.",
        "The precision “{value}” of the birth date is not valid, so the date itself was used.",
    ),
    "duplicate_in_file": MessageCode(
        "warning",
        "Trùng hộ chiếu, quốc tịch và ngày đến với bản ghi {value} trong cùng tệp.",
        "Same document, nationality and arrival as record {value} of this file.",
    ),
    "document_of_two_nationalities": MessageCode(
        "warning",
        "Số giấy tờ “{value}” cũng là của một khách đang lưu trú có quốc tịch khác. Vui lòng kiểm tra số và quốc tịch"
        " của cả hai khách.",
        "The document number “{value}” also belongs to a current guest with a different nationality. Please check the"
        " number and nationality of both.",
    ),
    "document_shared": MessageCode(
        "warning",
        "Cùng số hộ chiếu và ngày đến với bản ghi {value} nhưng khác họ tên hoặc ngày sinh. Vui lòng kiểm tra.",
        "Same document and arrival as record {value} but another name or birth date. Please check.",
    ),
    "text_too_long": MessageCode(
        "warning",
        "Nội dung dài quá {limit} ký tự nên không được ghi nhận.",
        "The text is longer than {limit} characters and was left out.",
    ),
    "not_on_list": MessageCode(
        "warning",
        "“{value}” không có trong danh mục nên không được ghi nhận.",
        "“{value}” is not on the code list and was left out.",
    ),
}
