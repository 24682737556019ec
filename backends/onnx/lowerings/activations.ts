/** Activation functions: one ONNX operator where there is one. */
import type { Lowerings } from "../lowering.ts";
import { float } from "../value.ts";

/** Factor of quick_gelu (CLIP). ONNX Runtime joins x sigmoid(a x) to one kernel. */
const QUICK = 1.702;

export const activationLowerings = {
  relu: ({ emit }, _, [x]) => emit.unary("Relu", x),
  leaky_relu: ({ emit }, { attributes: { slope } }, [x]) => emit.unary("LeakyRelu", x, { alpha: float(slope) }),
  softplus: ({ emit }, _, [x]) => emit.unary("Softplus", x),
  silu: ({ emit }, _, [x]) => emit.elementwise("Mul", [x, emit.unary("Sigmoid", x)]),
  quick_gelu: ({ emit }, _, [x]) =>
    emit.elementwise("Mul", [x, emit.unary("Sigmoid", emit.elementwise("Mul", [x, emit.scalar(QUICK, x.type.dtype)]))]),
  /** Gelu exists from opset 20; before, the form that ONNX Runtime joins: x / sqrt 2, erf, + 1, times x, times 0.5. */
  gelu({ emit }, _, [x]) {
    if (emit.opset >= 20) return emit.unary("Gelu", x);
    const { dtype } = x.type;
    const share = emit.unary("Erf", emit.elementwise("Div", [x, emit.scalar(Math.SQRT2, dtype)]));
    return emit.elementwise("Mul", [emit.elementwise("Mul", [x, emit.elementwise("Add", [share, emit.scalar(1, dtype)])]), emit.scalar(0.5, dtype)]);
  },
} satisfies Partial<Lowerings>;
