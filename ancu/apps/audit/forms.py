"""The audit's filter; a value it can't read is no filter."""

from django import forms


class EventFilterForm(forms.Form):
    person = forms.IntegerField(required=False, min_value=1)
    act = forms.CharField(required=False, max_length=60)
    subject = forms.CharField(required=False, max_length=101)
    looks = forms.BooleanField(required=False)
    after = forms.IntegerField(required=False, min_value=1)
