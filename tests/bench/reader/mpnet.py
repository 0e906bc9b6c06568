"""all-mpnet-base-v2 (Apache-2.0) in plain PyTorch with the reader's heads: the teacher.

MPNet (Song et al., NeurIPS 2020) has BERT's pieces behind four of its own, so that teacher and
pupil read the same tokens: `<s>` and `</s>` stand for [CLS] and [SEP]. Its attention adds a bias
for the distance of two tokens; there are no token types, so these start at zero.
"""

import math
from pathlib import Path

import torch
from minilm import FAR, Layer, Reader
from safetensors.torch import load_file
from torch import Tensor, nn
from windows import CLS, SEP

WIDTH, LAYERS, HEADS = 768, 12, 12
VOCABULARY, POSITIONS, FIRST_POSITION = 30527, 514, 2
OWN_PIECES = 4  # before BERT's
BEGIN, PAD, END = 0, 1, 2
BUCKETS, MOST_DISTANCE = 32, 128
DROPOUT = 0.1


class Mpnet(nn.Module):
    """Token ids of BERT, mask and token types [batch, tokens] to states [batch, tokens, 768]."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.distances = nn.Embedding(BUCKETS, HEADS)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.layers = nn.ModuleList(Layer(WIDTH, 1e-5, DROPOUT) for _ in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        tokens = ids.shape[1]
        place = self.positions.weight[FIRST_POSITION : FIRST_POSITION + tokens]
        hidden = self.norm(self.words(own_ids(ids, mask)) + place + self.types(types))
        hidden = nn.functional.dropout(hidden, DROPOUT, self.training)
        # The distances stay as they are: their gradient would cost a third of the time.
        near = self.distances.weight.detach()[buckets(tokens, ids.device)].permute(2, 0, 1)[None]
        bias = near + (1.0 - mask[:, None, None, :].to(near.dtype)) * FAR
        if hidden.is_cuda:
            bias = bias.to(torch.bfloat16)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


def own_ids(ids: Tensor, mask: Tensor) -> Tensor:
    """BERT's ids as MPNet's."""
    own = ids + OWN_PIECES
    own = own.masked_fill(ids == CLS, BEGIN).masked_fill(ids == SEP, END)
    return own.masked_fill(mask == 0, PAD)


def buckets(tokens: int, device: torch.device) -> Tensor:
    """The bucket of each pair's distance [tokens, tokens], as in T5 (Raffel et al., 2020)."""
    half, exact = BUCKETS // 2, BUCKETS // 4
    place = torch.arange(tokens, device=device)
    behind = place[:, None] - place[None, :]
    far = behind.abs().clamp(min=1).float() / exact
    steps = torch.log(far) / math.log(MOST_DISTANCE / exact) * (half - exact)
    rough = (exact + steps.long()).clamp(max=half - 1)
    return (behind < 0).long() * half + torch.where(behind.abs() < exact, behind.abs(), rough)


def mpnet_reader(path: Path) -> Reader:
    """A reader on the published weights; its heads are untrained."""
    published = load_file(path)
    encoder = Mpnet()
    names = {"words": "embeddings.word_embeddings", "norm": "embeddings.LayerNorm",
             "positions": "embeddings.position_embeddings",
             "distances": "encoder.relative_attention_bias"}  # fmt: skip
    for n in range(LAYERS):
        at = f"encoder.layer.{n}"
        names |= {
            f"layers.{n}.mixed": f"{at}.attention.attn.o",
            f"layers.{n}.attention_norm": f"{at}.attention.LayerNorm",
            f"layers.{n}.wide": f"{at}.intermediate.dense",
            f"layers.{n}.narrow": f"{at}.output.dense",
            f"layers.{n}.output_norm": f"{at}.output.LayerNorm",
        }
    state = {"types.weight": torch.zeros(2, WIDTH)}
    for key in encoder.state_dict():
        module, kind = key.rsplit(".", 1)
        if module.endswith(".qkv"):
            at = f"encoder.layer.{module.split('.')[1]}.attention.attn"
            state[key] = torch.cat([published[f"{at}.{part}.{kind}"] for part in "qkv"]).float()
        elif key not in state:
            state[key] = published[f"{names[module]}.{kind}"].float()
    encoder.load_state_dict(state)
    return Reader(encoder, WIDTH)
