"""Codes: the row is refused."""

from ancu.engines.exchange.codes.words import MessageCode, bad_date, missing, too_long

ERRORS: dict[str, MessageCode] = {
    "full_name_missing": missing("error", "full_name"),
    "full_name_unreadable": MessageCode(
        "error",
        "Họ tên “{value}” không có chữ cái nào. Vui lòng ghi như trong hộ chiếu.",
        "The full name “{value}” has no letters. Please write it as in the passport.",
    ),
    "full_name_too_long": too_long("full_name"),
    "full_name_not_latin": MessageCode(
        "error",
        "Họ tên “{value}” không phải chữ La-tinh. Vui lòng ghi họ tên bằng chữ La-tinh như hai dòng có dấu <<< của hộ"
        " chiếu, ví dụ WANG XIAOMING; tên bản ngữ ghi ở ô (cột) “Tên bản ngữ”.",
        "The full name “{value}” is not in Latin letters. Please write it as in the two lines with <<< of the passport,"
        " for example WANG XIAOMING; the name in its own script goes into the field (column) “Native name”.",
    ),
    "native_name_too_long": too_long("native_name"),
    "birth_date_missing": missing(
        "error",
        "birth_date",
        "Vui lòng bổ sung; nếu hộ chiếu chỉ ghi năm thì ghi năm, ví dụ 1962.",
        "Please add it; if the passport shows only the year, write the year, for example 1962.",
    ),
    "birth_date_unreadable": bad_date("error", "birth_date"),
    "birth_date_impossible": MessageCode(
        "error",
        "Ngày sinh “{value}” không hợp lý (sau hôm nay, sau ngày đến hoặc quá 125 năm). Vui lòng kiểm tra.",
        "The birth date “{value}” is not possible (after today, after arrival, or over 125 years ago).",
    ),
    "nationality_missing": missing(
        "error",
        "nationality",
        "Vui lòng ghi mã quốc tịch, ví dụ KOR, USA, D (Đức).",
        "Please give its code, for example KOR, USA or D (Germany).",
    ),
    "nationality_unknown": MessageCode(
        "error",
        "Không nhận ra quốc tịch “{value}”. Vui lòng ghi mã trong danh mục, ví dụ KOR, USA, D (Đức).",
        "The nationality “{value}” is not recognised. Please use a code of the list, e.g. KOR, USA, D (Germany).",
    ),
    "nationality_contradictory": MessageCode(
        "error",
        "Quốc tịch “{value}” có mã và tên của hai nước khác nhau. Vui lòng kiểm tra.",
        "The nationality “{value}” matches two different countries. Please check it.",
    ),
    "not_a_foreigner": MessageCode(
        "error",
        "Khách có quốc tịch Việt Nam: vui lòng thông báo lưu trú theo mẫu dành cho công dân Việt Nam.",
        "The guest is Vietnamese: please use the stay notification for Vietnamese citizens.",
    ),
    "document_number_missing": missing(
        "error",
        "document_number",
        "Trẻ em chưa có hộ chiếu riêng: ghi số giấy tờ được dùng khi nhập cảnh.",
        "For a child without a passport, give the number of the document used to enter.",
    ),
    "document_number_unreadable": MessageCode(
        "error",
        "Số hộ chiếu “{value}” đã bị hỏng (thường do Excel đổi thành số). Vui lòng nhập lại dạng văn bản.",
        "The document number “{value}” is damaged (often by Excel turning it into a number). Enter it as text.",
    ),
    "document_number_too_long": too_long("document_number"),
    "arrived_on_missing": missing("error", "arrived_on"),
    "arrived_on_unreadable": bad_date("error", "arrived_on"),
    "arrived_on_impossible": MessageCode(
        "error",
        "Ngày đến “{value}” cách hôm nay quá xa. Vui lòng kiểm tra.",
        "The arrival date “{value}” is too far from today. Please check it.",
    ),
    "arrival_too_far_ahead": MessageCode(
        "error",
        "Ngày đến “{value}” còn xa. Khách được khai báo khi đến, sớm nhất trước hai ngày (đến hết ngày {latest}).",
        "The arrival “{value}” is too far ahead. Declare guests when they come, at the earliest two days before (up to"
        " {latest}).",
    ),
    "expected_departure_missing": missing("error", "expected_departure"),
    "expected_departure_unreadable": bad_date("error", "expected_departure"),
    "departure_before_arrival": MessageCode(
        "error",
        "Ngày đi dự kiến “{value}” trước ngày đến. Vui lòng kiểm tra lại hai ngày.",
        "The expected departure “{value}” is before arrival. Please check both dates.",
    ),
    "checkout_before_arrival": MessageCode(
        "error",
        "Ngày trả phòng “{value}” trước ngày đến. Vui lòng kiểm tra lại hai ngày.",
        "The check-out “{value}” is before arrival. Please check both dates.",
    ),
    "room_too_long": too_long("room"),
    "extra_cells": MessageCode(
        "error",
        "Dòng có nhiều ô hơn tiêu đề nên các cột có thể bị lệch (thường do dấu phẩy chưa đặt trong ngoặc kép).",
        "The row has more cells than the header, so columns may have shifted (often an unquoted comma).",
    ),
    "not_a_record": MessageCode(
        "error",
        "Bản ghi không đúng cấu trúc của một khách.",
        "This record does not have the format of a guest.",
    ),
    "reference_of_another_guest": MessageCode(
        "error",
        "Mã tham chiếu “{value}” đã dùng cho một khách khác của cơ sở. Mỗi khách cần một mã riêng (số đặt phòng dùng"
        " chung cho cả đoàn thì chưa đủ).",
        "The reference “{value}” belongs to another guest of this lodging. Each guest needs a reference of their own (a"
        " booking number shared by a party is not enough).",
    ),
    "document_of_another_guest": MessageCode(
        "error",
        "Số giấy tờ “{value}” đã được khai báo tại cơ sở này cho người có họ tên hoặc ngày sinh khác. Vui lòng kiểm tra"
        " số giấy tờ, họ tên và ngày sinh; nếu ở đây ghi đúng mà khai báo đã có là sai, vui lòng rút khai báo đó rồi"
        " khai báo khách này.",
        "The document “{value}” is declared at this lodging with another name or birth date. Please check the number,"
        " the name and the birth date; if they are right and the earlier declaration is wrong, withdraw that one and"
        " declare this guest.",
    ),
}
