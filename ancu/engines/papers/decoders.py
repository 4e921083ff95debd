"""Import all Pillow decoders at once: Pillow loads them on demand, which a confined child cannot."""

from PIL import Image, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

LOADED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)  # by being imported; the common ones by the next line
Image.preinit()
