"""Pillow's decoders, all there from the start: Pillow loads them when a file asks, and a confined child cannot."""

from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

LOADED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)  # by being imported; the common ones by the next line
Image.preinit()
