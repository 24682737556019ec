"""netc's path of every parameter and running statistic of CD2FSAN: which module of torch_cd2fsan.py stands where in models/cd2fsan.net."""
from torch_cd2fsan import CD2FSAN, Align, Fuse, Pyramid
from torch_clip import map_attention, map_text, map_vision
from torch_rotation import map_rotated


def map_cbr(slots, path, module) -> None:
    slots.conv(f"{path}.conv", module[0])
    slots.norm(f"{path}.norm", module[1])


def map_fuse(slots, path, fuse: Fuse) -> None:
    map_cbr(slots, f"{path}.image", fuse.image)
    slots.linear(f"{path}.words", fuse.text[0])
    slots.norm(f"{path}.scale", fuse.text[1])
    slots.norm(f"{path}.norm", fuse.after[0])


def map_pyramid(slots, path, neck: Pyramid) -> None:
    for name, module in (("half", neck.down1[0]), ("quarter", neck.down1[1]), ("middle", neck.down2)):
        map_cbr(slots, f"{path}.{name}", module)
    for i, fuse in enumerate((neck.fuse1, neck.fuse2, neck.fuse3), start=1):
        map_fuse(slots, f"{path}.L{i}", fuse)


def map_separable(slots, path, norm_path, module) -> None:
    slots.depthwise(f"{path}.depth", module[0])
    slots.linear(f"{path}.point", module[1])
    slots.norm(norm_path, module[2])


def map_align(slots, path, align: Align, convolutions: bool) -> None:
    if convolutions:
        imc, tmc = align.image, align.words
        map_cbr(slots, f"{path}.imc.adjusted", imc.adjust)
        map_separable(slots, f"{path}.imc.local", f"{path}.imc.norm", imc.branch1)
        for i, branch in ((2, imc.branch2), (3, imc.branch3)):
            for name, strip in (("one", branch[0]), ("two", branch[1])):
                slots.depthwise(f"{path}.imc.branch_{i}.{name}.depth", strip[0])
                slots.norm(f"{path}.imc.branch_{i}.{name}.norm", strip[1])
            map_separable(slots, f"{path}.imc.branch_{i}.three", f"{path}.imc.branch_{i}.norm", branch[2])
        map_cbr(slots, f"{path}.imc.merge", imc.merge)
        for name, module in (("W1", tmc.one), ("W2", tmc.two), ("W3", tmc.three)):
            slots.plain(f"{path}.tmc.{name}.conv", module[0])
            slots.norm(f"{path}.tmc.{name}.norm", module[1])
    else:
        slots.linear(f"{path}.words", align.words[0])
    for name, layer in (("self", align.self_attn), ("cross", align.cross_attn)):
        map_attention(slots, f"{path}.{name}.attention", layer.attn)
        slots.linear(f"{path}.{name}.mlp.up", layer.ffn[0])
        slots.linear(f"{path}.{name}.mlp.down", layer.ffn[2])
        slots.norm(f"{path}.{name}.norm_1", layer.norm1)
        slots.norm(f"{path}.{name}.norm_2", layer.norm2)
    slots.norm(f"{path}.self.norm", align.self_attn.norm)
    for name in "qkv":
        slots.linear(f"{path}.cross.{name}", getattr(align.cross_attn, name))


def map_model(slots, model: CD2FSAN) -> None:
    """netc's path of every parameter and running statistic."""
    variant = model.variant
    map_vision(slots, "vision", model.image)
    map_text(slots, "text", model.text)
    if variant.select == "dfsm":
        slots.linear("selection.project", model.select.project)
        for name, i in (("hidden_1", 0), ("hidden_2", 2), ("logit", 4)):
            slots.linear(f"selection.{name}", model.select.score[i])
    (map_fuse if variant.select == "last" else map_pyramid)(slots, "fused", model.neck)
    if variant.align != "none":
        map_align(slots, "aligned", model.align, variant.align == "maam")
    for n, unit in enumerate(model.decoder.units):
        if variant.rotated:
            map_rotated(slots, f"mask.unit.{n}.rotated", unit[0])
        else:
            slots.conv(f"mask.unit.{n}.plain", unit[0])
        slots.norm(f"mask.unit.{n}.norm", unit[1])
    slots.conv("mask.logit", model.decoder.logits)
