#!/usr/bin/env python3
"""make_corpus.py [FOLDER]: the files that fuzzing begins with, one folder a target, from drawings made here.

Writes Fuzz/Corpus unless told otherwise, the same bytes each time on one machine. Pictures are encoded by libvips, which
set-up installs; all else by hand. Nobody's photo and nobody's model is in it.
"""

import base64
import ctypes
import json
import pickle
import sqlite3
import struct
import sys
import tempfile
import zlib
from pathlib import Path

target = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "Corpus")


def put(folder, name, data):
    path = target / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# MARK: Pictures

WIDTH, HEIGHT = 24, 16


def scene(bands=3):
    """A face of a few circles on a slope, (height, width, bands)."""
    pixels = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            red, green, blue = x * 10, y * 15, 120
            if (x - 12) ** 2 + (y - 8) ** 2 < 40:
                red, green, blue = 220, 180, 150
            if (x - 10) ** 2 + (y - 6) ** 2 < 2 or (x - 14) ** 2 + (y - 6) ** 2 < 2 or y == 11 and 10 <= x <= 14:
                red, green, blue = 30, 30, 40
            pixel = {1: [green], 2: [green, x * 10], 3: [red, green, blue], 4: [red, green, blue, x * 10]}[bands]
            pixels += bytes(pixel)
    return bytes(pixels)


vips = ctypes.CDLL("libvips.so.42")
vips.vips_image_new_from_memory_copy.restype = ctypes.c_void_p
vips.vips_image_new_from_memory_copy.argtypes = [ctypes.c_char_p, ctypes.c_size_t] + [ctypes.c_int] * 4
if vips.vips_init(b"make_corpus"):
    sys.exit("make_corpus.py: libvips cannot be started")


def encoded(suffix, bands=3):
    pixels = scene(bands)
    image = vips.vips_image_new_from_memory_copy(pixels, len(pixels), WIDTH, HEIGHT, bands, 0)
    out, length = ctypes.c_void_p(), ctypes.c_size_t()
    failed = vips.vips_image_write_to_buffer(
        ctypes.c_void_p(image), suffix.encode(), ctypes.byref(out), ctypes.byref(length), None)
    if failed:
        sys.exit(f"make_corpus.py: libvips does not write {suffix}")
    return ctypes.string_at(out, length.value)


for folder, name, suffix, bands in (
        ("png", "plain.png", ".png[strip]", 3), ("png", "interlaced.png", ".png[interlace,strip]", 3),
        ("png", "palette.png", ".png[palette,strip]", 3), ("png", "alpha.png", ".png[strip]", 4),
        ("png", "grey.png", ".png[bitdepth=1,strip]", 1), ("jpeg", "baseline.jpg", ".jpg[strip]", 3),
        ("jpeg", "progressive.jpg", ".jpg[interlace,strip]", 3),
        ("jpeg", "restarts.jpg", ".jpg[restart_interval=1,no_subsample,strip]", 3),
        ("jpeg", "grey.jpg", ".jpg[strip]", 1), ("heif", "plain.heic", ".heic[strip]", 3),
        ("heif", "plain.avif", ".avif[strip]", 3), ("heif", "alpha.avif", ".avif[strip]", 4),
        ("webp", "lossy.webp", ".webp[strip]", 3), ("webp", "lossless.webp", ".webp[lossless,strip]", 3),
        ("webp", "alpha.webp", ".webp[strip]", 4), ("tiff", "strips.tif", ".tif[strip]", 3),
        ("tiff", "tiles.tif", ".tif[tile,tile_width=16,tile_height=16,strip]", 3),
        ("tiff", "lzw.tif", ".tif[compression=lzw,predictor=horizontal,strip]", 3),
        ("tiff", "deflate.tif", ".tif[compression=deflate,strip]", 4),
        ("tiff", "jpeg.tif", ".tif[compression=jpeg,strip]", 3), ("tiff", "big.tif", ".tif[bigtiff,strip]", 3),
        ("gif", "plain.gif", ".gif[strip]", 3), ("gif", "alpha.gif", ".gif[interlace,strip]", 4)):
    put(folder, name, encoded(suffix, bands))


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def entries(order, *values):
    """A directory of EXIF or TIFF with one value an entry."""
    kind = {"<": b"II", ">": b"MM"}[order]
    fields = b"".join(
        struct.pack(f"{order}HHI", tag, 3 if value < 65536 else 4, 1)
        + (struct.pack(f"{order}HH", value, 0) if value < 65536 else struct.pack(f"{order}I", value))
        for tag, value in values)
    return kind + struct.pack(f"{order}HIH", 42, 8, len(values)) + fields + struct.pack(f"{order}I", 0)


exif = {order: entries(order, (0x100, WIDTH), (0x112, turn)) for order, turn in (("<", 6), (">", 3))}
put("exif", "little", exif["<"])
put("exif", "big", exif[">"])
put("exif", "none", entries("<", (0x10F, 1)))
jpeg = encoded(".jpg[strip]")
block = b"Exif\0\0" + exif["<"]
put("jpeg", "turned.jpg", jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:])
png = encoded(".png[strip]")
text = b"Comment\0\0" + zlib.compress(b"\0" * 5000)
put("png", "chunks.png",
    png[:33] + chunk(b"eXIf", exif[">"]) + chunk(b"zTXt", text) + chunk(b"gAMA", struct.pack(">I", 45455)) + png[33:])
# A text that claims 2 GB, for which a decoder would take memory.
put("png", "refused-claim.png", png[:33] + struct.pack(">I", 0x7F000000) + b"zTXt" + text + png[33:])
# Of animations the first image is the photo.
gif = encoded(".gif[strip]")
pixel = b"\x21\xf9\4\0\0\0\0\0\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
put("gif", "animated.gif", gif[:-1] + 3 * pixel + b"\x3b")


def riff(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


webp = encoded(".webp[strip]")
at = webp.index(b"VP8 ")
frame = riff(b"VP8 ", webp[at + 8:at + 8 + struct.unpack("<I", webp[at + 4:at + 8])[0]])
size = struct.pack("<I", WIDTH - 1)[:3] + struct.pack("<I", HEIGHT - 1)[:3]
put("webp", "animated.webp", riff(b"RIFF", b"WEBP" + riff(b"VP8X", b"\2\0\0\0" + size) + riff(b"ANIM", bytes(6)) + 3 * riff(
    b"ANMF", bytes(6) + size + b"\x64\0\0\0" + frame)))


# MARK: Colour profiles


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def icc(space, tags):
    """A profile (ICC.1:2010, 7) of tags and no more."""
    head = bytearray(128)
    head[12:24] = b"mntr" + space + b"XYZ "
    head[36:40] = b"acsp"
    table, data = struct.pack(">I", len(tags)), b""
    for name, body in tags:
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(body))
        data += body
    return bytes(head) + table + data


parametric = b"para\0\0\0\0\0\3\0\0" + b"".join(
    fixed(value) for value in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
table = b"curv\0\0\0\0" + struct.pack(">I", 64) + b"".join(
    struct.pack(">H", round(65535 * (at / 63) ** 2.2)) for at in range(64))
primaries = [(name, b"XYZ \0\0\0\0" + b"".join(map(fixed, xyz))) for name, xyz in (
    (b"rXYZ", (0.4361, 0.2225, 0.0139)), (b"gXYZ", (0.3851, 0.7169, 0.0971)), (b"bXYZ", (0.1431, 0.0606, 0.7141)))]
srgb = icc(b"RGB ", primaries + [(name, parametric) for name in (b"rTRC", b"gTRC", b"bTRC")])
put("icc", "srgb", srgb)
put("icc", "table", icc(b"RGB ", primaries + [(name, table) for name in (b"rTRC", b"gTRC", b"bTRC")]))
put("icc", "grey", icc(b"GRAY", [(b"kTRC", parametric)]))
put("icc", "cmyk", icc(b"CMYK", []))
put("png", "profile.png", png[:33] + chunk(b"iCCP", b"p\0\0" + zlib.compress(srgb)) + png[33:])


# MARK: Bitmaps


def bmp(depth, compression, rows, between=b"", palette=0, height=HEIGHT):
    start = 54 + len(between)
    return (b"BM" + struct.pack("<III", start + len(rows), 0, start)
            + struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, depth, compression, len(rows), 2835, 2835, palette, 0)
            + between + rows)


pixels, grey = scene(), scene(1)
bgr = b"".join(
    bytes(pixels[at + 2 - band] for at in range(row, row + WIDTH * 3, 3) for band in range(3))
    for row in range(0, len(pixels), WIDTH * 3))
sixteen = b"".join(struct.pack("<H", value << 7 & 0x7FFF) for value in grey)
colours = b"".join(bytes([value * 16, value * 8, value * 4, 0]) for value in range(16))
put("bmp", "24.bmp", bmp(24, 0, bgr))
put("bmp", "down.bmp", bmp(24, 0, bgr, height=-HEIGHT))
put("bmp", "16.bmp", bmp(16, 0, sixteen))
put("bmp", "fields.bmp", bmp(16, 3, sixteen, struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
put("bmp", "palette.bmp", bmp(8, 0, bytes(value // 16 for value in grey), colours, 16))
put("bmp", "runs.bmp", bmp(
    8, 1, b"".join(bytes([10, row, 0, 4, 1, 2, 3, 4, 10, 15, 0, 0]) for row in range(HEIGHT)) + b"\0\1", colours, 16))
put("bmp", "nibbles.bmp", bmp(4, 2, bytes([WIDTH, 0x12, 0, 0, 0, 2, 3, 1, 4, 0x34, 0, 1]), colours, 16))
put("bmp", "os2.bmp", b"BM" + struct.pack("<IIIIHHHH", 26 + len(bgr), 0, 26, 12, WIDTH, HEIGHT, 1, 24) + bgr)
for name, head, data in (
        ("p6", "P6 {} {} 255\n", pixels), ("p5", "P5\n# a comment\n{} {}\n255\n", grey),
        ("p5-16", "P5 {} {} 1000\n", b"".join(struct.pack(">H", value * 3) for value in grey)),
        ("p4", "P4 {} {}\n", bytes(grey[:WIDTH * HEIGHT // 8])),
        ("p3", "P3 {} {} 255\n", " ".join(map(str, pixels)).encode()),
        ("p2", "P2 {} {} 15\n", " ".join(str(value // 16) for value in grey).encode()),
        ("p1", "P1 {} {}\n", "".join(str(value >> 7) for value in grey).encode())):
    put("pnm", f"{name}.pnm", head.format(WIDTH, HEIGHT).encode() + data)


# MARK: Models


def varint(number):
    number &= (1 << 64) - 1
    data = b""
    while number > 127:
        data, number = data + bytes([number & 127 | 128]), number >> 7
    return data + bytes([number])


def field(number, value):
    """A field of a protobuf message: a number, a text or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, shape, raw):
    return field(5, b"".join(field(1, size) for size in shape) + field(2, kind) + field(8, name) + field(9, raw))


def node(operation, inputs, output, integers={}):
    body = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operation)
    for name, value in integers.items():
        body += field(5, field(1, name) + field(3, value) + field(20, 2))
    return field(1, body)


def port(number, name, shape):
    sizes = b"".join(field(1, field(1, size) if isinstance(size, int) else field(2, size)) for size in shape)
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, sizes))))


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


blocks = (
    node("DequantizeLinear", ["q", "scales", "zeros"], "plain", {"axis": 1, "block_size": 2})
    + node("Reshape", ["plain", "shape"], "w") + node("Conv", ["image", "w"], "map")
    + node("Dropout", ["map"], "dropped") + node("Relu", ["dropped"], "result") + field(2, "blocks")
    + tensor("q", 3, [2, 4], bytes([1, 2, 3, 4, 251, 250, 249, 248])) + tensor("scales", 1, [2, 2], floats(0.5, 2, 1, 10))
    + tensor("zeros", 3, [2, 2], bytes([1, 0, 0, 248])) + tensor("shape", 7, [4], struct.pack("<4q", 2, 1, 2, 2))
    + port(11, "image", [1, 1, "h", "w"]) + port(12, "result", [1, 2, "h", "w"]))
dense = (
    node("BatchNormalization", ["image", "scale", "bias", "mean", "variance"], "norm") + node("Identity", ["scale"], "again")
    + node("Gemm", ["norm", "weights"], "output") + field(2, "dense") + tensor("weights", 1, [3, 2], floats(*range(6)))
    + b"".join(tensor(name, 1, [3], floats(1, 2, 3)) for name in ("scale", "bias", "mean", "variance"))
    + field(5, field(1, 2) + field(2, 1) + field(8, "outside") + field(13, field(1, "location") + field(2, "w.bin")) + field(14, 1))
    + port(11, "image", ["n", 3]) + port(12, "output", ["n", 2]))
for name, graph in (("blocks", blocks), ("dense", dense)):
    put("onnx", f"{name}.onnx", field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 21)))
# A field of a number beyond all that there are.
put("onnx", "field.onnx", field(1, 8) + field(1 << 60, 1) + field(7, dense))
# Sizes whose product is more than a number can hold.
put("onnx", "huge.onnx", field(1, 8) + field(7, blocks.replace(
    struct.pack("<4q", 2, 1, 2, 2), struct.pack("<4q", 1 << 40, 1 << 40, 2, 2))))
put("onnx", "empty.onnx", field(1, 8) + field(7, (
    node("DequantizeLinear", ["q", "scales"], "w", {"axis": 0, "block_size": (1 << 63) - 1})
    + tensor("q", 3, [0, 1 << 40, 1 << 40], b"") + tensor("scales", 1, [1], floats(1)))))


def whole(number):
    """An integer of dlib's serialisation: a byte of length and sign, then the bytes."""
    size = max(1, (abs(number).bit_length() + 7) // 8)
    return bytes([size | (128 if number < 0 else 0)]) + abs(number).to_bytes(size, "little")


def real(value):
    mantissa, exponent = round(value * 1024), -10
    return whole(mantissa) + whole(exponent)


def words(text):
    return whole(len(text)) + text.encode()


def blob(*shape, values=None):
    count = shape[0] * shape[1] * shape[2] * shape[3] if shape else 0
    shape = shape or (0, 0, 0, 0)
    return whole(2) + b"".join(map(whole, shape)) + floats(*(values or [0.5] * count))


def alias(*shape):
    return whole(1) + b"".join(map(whole, shape))


def layer(kind, filters):
    """A layer of as few numbers as there can be, and what a trained one carries besides."""
    if kind == "convolution":
        body = (words("con_4") + blob(2 * filters, 1, 1, 1) + b"".join(map(whole, (filters, 1, 1, 1, 1, 0, 0)))
                + alias(filters, 1, 1, 1) + alias(1, filters, 1, 1) + real(1) * 4)
    elif kind == "affine":
        body = words("affine_") + blob(2 * filters, 1, 1, 1) + alias(1, filters, 1, 1) * 2 + whole(0)
    elif kind == "relu":
        body = words("relu_")
    elif kind in ("max_pool", "avg_pool"):
        body = words(f"{kind}_2") + b"".join(map(whole, (2, 2, 2, 2, 0, 0)))
    elif kind == "dense":
        body = (words("fc_2") + whole(2) + whole(filters) + blob(filters, 2, 1, 1) + alias(filters, 2, 1, 1)
                + alias(0, 0, 0, 0) + whole(0) + real(1) * 4)
    elif kind == "add":
        body = words("add_prev_")
    else:
        return b""
    return body + b"000" + blob() + blob()


def network(loss, kinds):
    versions = b"".join(
        whole(1 if kind == "bare" or place else 2) for place, kind in reversed(list(enumerate(kinds))))
    layers = b"".join(
        layer(kind, 2) + (blob() if place == 0 else b"") for place, kind in enumerate(kinds))
    image = words("input_rgb_image_pyramid") + real(122.8) + real(117) + real(104.3)
    return whole(1) + loss + versions + image + layers


plain = ["bare", "convolution", "affine", "relu", "convolution", "affine", "add", "relu"]
down = ["bare", "convolution", "affine", "relu", "convolution", "affine", "bare", "bare", "avg_pool", "add", "relu"]
resnet = (["convolution", "affine", "relu", "max_pool"] + plain * 3 + down + plain * 3 + down + plain * 2 + down + plain * 2
          + down + ["avg_pool", "dense"])
put("dlib", "resnet", network(words("loss_metric_"), resnet))
options = whole(2) + whole(1) + whole(1) + whole(40) + whole(40) + real(1) * 3 + real(0.5) + real(0.9) + real(0.5) * 2
put("dlib", "mmod", network(words("loss_mmod_") + options, ["convolution", "affine", "relu"] * 6 + ["convolution"]))


def matrix(*values):
    return whole(len(values)) + whole(1) + b"".join(map(real, values))


leaf = matrix(*[0.01] * 10)
tree = (whole(3) + b"".join(whole(0) + whole(1) + real(4 * number) for number in range(3)) + whole(4) + leaf * 4)
put("landmarks", "two-trees",
    whole(1) + matrix(*(value / 10 for value in range(10))) + whole(1) + whole(2) + tree * 2
    + whole(1) + whole(2) + whole(0) + whole(4) + whole(1) + whole(2) + (real(0.1) + real(-0.1)) * 2)
put("landmarks", "no-trees", whole(1) + matrix(*(value / 10 for value in range(10))) + whole(0) * 3)


def safetensors(header, numbers):
    data = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(data)) + data + numbers


put("safetensors", "dense", safetensors({
    "__metadata__": {"made": "here"}, "dense.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
    "dense.bias": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}, floats(1, 2, 3)))
put("safetensors", "empty", safetensors({}, b""))
# Its bytes and those before them are together more than a number can hold.
put("safetensors", "huge", safetensors({
    "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
    "b": {"dtype": "F32", "shape": [2, 3, 3, 5, 5, 7, 11, 13, 31, 41, 61, 151, 331, 1321], "data_offsets": [8, 25]}}, floats(1, 2) + b"12345678"))


# MARK: Tables and vectors

put("csv", "labels.csv", "photo,expression,note\na.jpg,happy,\"one, two\"\n\"b \"\"c\"\".jpg\",sad,\"=1+1\"\r\n".encode())
put("csv", "marks.csv", "\ufeffa,b\r'=x,-1.5\r\n\"\n\",\"\"\n".encode())
put("csv", "accents.csv", "a,\u0301b,\"\u0301\n".encode())
put("csv", "open.csv", b'a,b\n"never closed,\n')


def npy(kind, shape, numbers, version=1):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (63 - (len(header) + 10) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + numbers


put("npy", "vector.npy", npy("<f4", "(4,)", floats(1, 2, 3, 4)))
put("npy", "row.npy", npy("<f8", "(1, 3)", struct.pack("<3d", 1, 2, 3)))
put("npy", "later.npy", npy("<f4", "(1, 2)", floats(1, 2), 2))
put("npy", "huge.npy", npy("<f4", f"({(1 << 63) - 1},)", floats(1, 2)))


# MARK: Files of other programs

REPRESENTATIONS = [
    {"identity": f"db/{name}/1.jpg", "hash": "x", "embedding": [0.5, -1.25], "target_x": 3, "target_y": -70000, "target_w": 50, "target_h": 60}
    for name in ("Ann", "J\u00f6e")]
for protocol in range(6):
    put("pickle", f"representations-{protocol}.pkl", pickle.dumps(REPRESENTATIONS, protocol=protocol))
    put("pickle", f"encodings-{protocol}.pkl", pickle.dumps({"encodings": [[0.5, 2], (1.0, True)], "names": ["Ann", "Joe"]}, protocol=protocol))
put("pickle", "places.pkl", pickle.dumps([{"imagePath": "a.jpg", "loc": (1, 9, 8, 2), "encoding": [1.0], "name": "Ann"}]))
put("pickle", "system.pkl", b"cposix\nsystem\n(S'true'\ntR.")
# {"encodings": [np.array([0.5, 2.0]), np.array([1, 3], dtype=">f4")], "names": ["Ann", "Joe"]}, of NumPy 2.4 unless said
ARRAYS = {
    "protocol-2": "gAJ9cQAoWAkAAABlbmNvZGluZ3NxAV1xAihjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQNjbnVtcHkKbmRhcnJheQpxBEsAhXEFY19jb2RlY3MKZW5jb2RlCnEGWAEAAABicQdYBgAAAGxhdGluMXEIhnEJUnEKh3ELUnEMKEsBSwKFcQ1jbnVtcHkKZHR5cGUKcQ5YAgAAAGY4cQ+JiIdxEFJxEShLA1gBAAAAPHESTk5OSv////9K/////0sAdHETYoloBlgRAAAAAAAAAAAAw6A/AAAAAAAAAEBxFGgIhnEVUnEWdHEXYmgDaARLAIVxGGgKh3EZUnEaKEsBSwKFcRtoDlgCAAAAZjRxHImIh3EdUnEeKEsDWAEAAAA+cR9OTk5K/////0r/////SwB0cSBiiWgGWAkAAAA/woAAAEBAAABxIWgIhnEiUnEjdHEkYmVYBQAAAG5hbWVzcSVdcSYoWAMAAABBbm5xJ1gDAAAASm9lcShldS4=",
    "protocol-5": "gAWV9QAAAAAAAAB9lCiMCWVuY29kaW5nc5RdlCiME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWEAAAAAAAAAAAAAAAAADgPwAAAAAAAABAlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYksChZSMAUOUdJRSlGgFKJYIAAAAAAAAAD+AAABAQAAAlGgJjAJmNJSJiIeUUpQoSwOMAT6UTk5OSv////9K/////0sAdJRiSwKFlGgQdJRSlGWMBW5hbWVzlF2UKIwDQW5ulIwDSm9llGV1Lg==",
    "numpy-1": "gAJ9cQAoWAkAAABlbmNvZGluZ3NxAV1xAihjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxA2NudW1weQpuZGFycmF5CnEESwCFcQVjX2NvZGVjcwplbmNvZGUKcQZYAQAAAGJxB1gGAAAAbGF0aW4xcQiGcQlScQqHcQtScQwoSwFLAoVxDWNudW1weQpkdHlwZQpxDlgCAAAAZjhxD4mIh3EQUnERKEsDWAEAAAA8cRJOTk5K/////0r/////SwB0cRNiiWgGWBEAAAAAAAAAAADDoD8AAAAAAAAAQHEUaAiGcRVScRZ0cRdiaANoBEsAhXEYaAqHcRlScRooSwFLAoVxG2gOWAIAAABmNHEciYiHcR1ScR4oSwNYAQAAAD5xH05OTkr/////Sv////9LAHRxIGKJaAZYCQAAAD/CgAAAQEAAAHEhaAiGcSJScSN0cSRiZVgFAAAAbmFtZXNxJV1xJihYAwAAAEFubnEnWAMAAABKb2VxKGV1Lg==",
}
for name, text in ARRAYS.items():
    put("pickle", f"arrays-{name}.pkl", base64.b64decode(text))

DIGIKAM = """
PRAGMA page_size = 512;
CREATE TABLE AlbumRoots (id INTEGER PRIMARY KEY, label TEXT, status INTEGER, type INTEGER, identifier TEXT, specificPath TEXT);
CREATE TABLE Albums (id INTEGER PRIMARY KEY, albumRoot INTEGER, relativePath TEXT);
CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT);
CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT);
CREATE TABLE TagProperties (tagid INTEGER, property TEXT, value TEXT);
CREATE TABLE ImageTags (imageid INTEGER, tagid INTEGER);
CREATE TABLE ImageTagProperties (imageid INTEGER, tagid INTEGER, property TEXT, value TEXT);
INSERT INTO AlbumRoots VALUES (1, 'a', 0, 1, 'volumeid:?path=/p', '/');
INSERT INTO Albums VALUES (1, 1, '/2019');
INSERT INTO Images VALUES (1, 1, 'a.jpg'), (2, 1, 'b.jpg');
INSERT INTO Tags VALUES (1, 0, 'Ann'), (2, 0, 'Unknown');
INSERT INTO TagProperties VALUES (1, 'person', 'Ann'), (2, 'unknownPerson', NULL);
INSERT INTO ImageTags VALUES (2, 1);
INSERT INTO ImageTagProperties VALUES (1, 1, 'tagRegion', '<rect x="10" y="20" width="30" height="40"/>'), (1, 2, 'autodetectedFace', '<rect/>');
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "digikam4.db"
    database = sqlite3.connect(path)
    database.executescript(DIGIKAM)
    database.close()
    put("digikam", "digikam4.db", path.read_bytes())


# MARK: Indexes; what stands between sections is left out, and what Targets/IndexTarget.swift puts right

SECTIONS = ("centre", "blockErrors", "vectors", "codes", "scales", "ids", "baseLinks", "upperLinks", "firstUpperBlock", "heights")
count, dimensions, links = 3, 4, 4
rows = {
    "centre": floats(*[0.0] * dimensions), "blockErrors": floats(0.1), "vectors": floats(*range(count * dimensions)),
    "codes": bytes(count * 32), "scales": floats(*[0.5, 1.0] * count), "ids": struct.pack(f"<{count}q", 1, 2, 3)}
graph = {
    "baseLinks": struct.pack(f"<{count * 2 * links}I", *sum(([(node + 1) % count] + [0xFFFFFFFF] * (2 * links - 1) for node in range(count)), [])),
    "upperLinks": b"", "firstUpperBlock": bytes(4 * count), "heights": bytes([1] * count)}


def index(sections, **head):
    said = {
        "stamp": {"source": "corpus", "revision": 1, "mark": ""}, "dimensions": dimensions, "metric": "l2",
        "slotCount": count, "freeSlots": 0, "largestNorm": 1,
        "sections": {name: {"offset": 65536, "bytes": len(data), "checksum": 0} for name, data in sections.items()}, **head}
    data = json.dumps(said).encode()
    return b"".join(struct.pack("<H", len(part)) + part for part in [data] + [sections[name] for name in SECTIONS if name in sections])


put("index", "exact", index(rows))
put("index", "graph", index(rows | graph, graph={
    "parameters": {"links": links, "constructionBeam": 30, "seed": 1}, "entry": 0, "entryLevel": 0, "upperBlocks": 0,
    "recall": {"points": [{"count": 10, "beam": 16, "recall": 1, "bound": 0.99, "probes": 3, "strangers": 0}], "size": 3, "changes": 0,
               "target": 0.99, "date": 0}}))


# MARK: Names of faces

REGIONS = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="24" stDim:h="16" stDim:unit="pixel"/>
<mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.5" stArea:h="0.75"
stArea:unit="normalized"/><mwg-rs:Name>Ann</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
MICROSOFT = """<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li MPReg:Rectangle="0.25, 0.1, 0.5, 0.75"
MPReg:PersonDisplayName="Ann"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>"""
KEYWORDS = """<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Ann</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
<digiKam:TagsList><rdf:Seq><rdf:li>People/Bob</rdf:li></rdf:Seq></digiKam:TagsList>
<lr:hierarchicalSubject><rdf:Bag><rdf:li>People|Cleo</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<dc:subject><rdf:Bag><rdf:li>Dan</rdf:li></rdf:Bag></dc:subject>"""


def rdf(body):
    names = {
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/", "stArea": "http://ns.adobe.com/xmp/sType/Area#",
        "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#", "MP": "http://ns.microsoft.com/photo/1.2/",
        "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#", "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "dc": "http://purl.org/dc/elements/1.1/",
        "digiKam": "http://www.digikam.org/ns/1.0/", "lr": "http://ns.adobe.com/lightroom/1.0/"}
    used = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    return (f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""{used}>{body}'
            "</rdf:Description></rdf:RDF>")


def xmp(body):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf(body)}</x:xmpmeta>'


everything = xmp(REGIONS + MICROSOFT + KEYWORDS).encode()
put("xmp", "regions.xmp", everything)
put("xmp", "microsoft.xmp", xmp(MICROSOFT).encode())
put("xmp", "keywords.xmp", f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{xmp(KEYWORDS)}<?xpacket end="w"?>'.encode())
put("xmp", "bare.xmp", rdf(REGIONS).encode())
put("xmp", "utf16.xmp", ("\ufeff" + xmp(REGIONS)).encode("utf-16-le"))
put("xmp", "picasa.ini", b"""[a.jpg]
faces=rect64(3f845bcb59418507),8e62398ebda8c1a5;rect64(1000200030004000),ffffffffffffffff
[Contacts2]
8e62398ebda8c1a5=Ann;;
""")
drawn = encoded(".jpg[strip]")
mark = b"http://ns.adobe.com/xap/1.0/\0" + everything
put("xmp", "photo.jpg", drawn[:2] + b"\xff\xe1" + struct.pack(">H", len(mark) + 2) + mark + drawn[2:])
drawn = encoded(".png[palette,strip]", 1)
text = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + everything
put("xmp", "photo.png", drawn[:33] + struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text)) + drawn[33:])
drawn = encoded(".webp[strip]")
part = b"XMP " + struct.pack("<I", len(everything)) + everything + bytes(len(everything) % 2)
put("xmp", "photo.webp", b"RIFF" + struct.pack("<I", len(drawn) - 8 + len(part)) + drawn[8:] + part)
put("xmp", "photo.tif", encoded(".tif[strip]", 1))
put("xmp", "photo-big.tif", encoded(".tif[bigtiff,strip]", 1))

# MARK: Requests


def form(*parts, boundary="b"):
    body = b""
    for name, file, data in parts:
        file = f'; filename="{file}"' if file else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


small = encoded(".png[palette,strip]", 1)
put("multipart", "photos", form(
    ("file", "a.png", small), ("file", "b \\\"c\\\".png", small), ("name", None, b"Ann"), ("labels", None, b'{"year": "1999"}')))
put("multipart", "search", form(
    ("file", "a.png", small), ("count", None, b"3"), ("metric", None, b"cosine"), ("per", None, b"name"),
    ("filter", None, b'{"names": ["Ann"], "minimumQuality": 0.5}')))
put("multipart", "verify", form(("a", "a.png", small), ("b", "b.png", small)))
put("multipart", "compreface", form(("file", "image.jpg", small)))
put("multipart", "compreface-two", form(("source_image", "image.jpg", small), ("target_image", "image.jpg", small)))
put("multipart", "preamble", b"preamble\r\n" + form(("empty", None, b""), ("file", "x", b"\r\n-b\r\n")) + b"epilogue")
vector = [0.5, -0.25, 1e-3, 4]
for name, request in {
        "search": {"name": "Ann", "count": 3, "metric": "l2", "per": "photo", "filter": {
            "names": ["Ann"], "people": [1, 2], "labels": {"year": "1999"}, "minimumQuality": 0.5, "includeHidden": True}},
        "search-embedding": {"embedding": vector}, "search-face": {"face": 1}, "search-image": {"image": "iVBORw0KGgo="},
        "verify": {"a": {"name": "Ann"}, "b": {"person": 2}}, "detect": {"image": "data:image/png;base64,iVBORw0KGgo="},
        "compose": {"query": "person:Ann + expression:happy", "count": 5},
        "job": {"kind": "map", "again": False, "method": "tsne", "dimensions": 2},
        "merge": {"people": [1, 2], "name": "Ann", "anyway": True}, "split": {"faces": [1, 2, 3]}, "tell": {"face": 1},
        "cover": {"face": None}, "hide": {"people": [1], "faces": [2], "hidden": False},
        "review": {"question": "same/1/2/3", "answer": "yes", "session": "a"},
        "tag": {"place": "sidecar", "dryRun": True}, "review-name": {"question": "name/1/Ann", "answer": "no"},
        "face": {"name": "Ann", "labels": {"year": None}, "doubtful": False}, "naming": {"name": "Ann"},
        "key": {"name": "phone", "rights": "write", "rate": 20}, "compreface-image": {"file": "iVBORw0KGgo=", "more": 1},
        "compreface-embeddings": {"embeddings": [vector, vector]}, "compreface-compare": {"source": vector, "targets": [vector]},
        "compreface-subject": {"subject": "Ann", "api_endpoint": "x"},
        "compreface-delete": ["00000000-0000-4000-8000-000000000001"]}.items():
    put("json", f"{name}.json", json.dumps(request).encode())

sizes = [path.stat().st_size for path in target.rglob("*") if path.is_file()]
print(f"{len(sizes)} files, {sum(sizes)} bytes in {target}")
