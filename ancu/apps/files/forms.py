"""What announces a file that will come in parts."""

from django import forms

from ancu.core.forms import Form


class StartUploadForm(Form):
    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(max_value=2**40)
    purpose = forms.SlugField(max_length=40)
