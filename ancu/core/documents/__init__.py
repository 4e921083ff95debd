"""Files for people: PDF, spreadsheets, calendar files and the reference numbers printed on paper."""
