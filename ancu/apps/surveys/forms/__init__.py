"""What analysts write of a survey, and what people answer, as it comes from a page."""
