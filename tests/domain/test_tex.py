"""TeX reads well as Unicode, and what is not understood stays as it was written."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.tex import to_unicode


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"Schr\"odinger, G\"{o}del, B{\"u}chi, R\'enyi", "Schrödinger, Gödel, Büchi, Rényi"),
        (r"na\"\i ve na\"{\i}ve Na{\"\i}ve", "naïve naïve Naïve"),
        (r"Erd\H{o}s Vondr\'{a}k K\r urka Fran\c{c}ois", "Erdős Vondrák Kůrka François"),
        (r"{\L}ukasz \L ukasz \L{}\'od\'z Stra\ss e \O{}rsted", "Łukasz Łukasz Łódź Straße Ørsted"),
        (r"\AA ngstr\"om {\ae}on", "Ångström æon"),
        (r"\v{S}koda \v Sablica \c cais \u{g} \k{a} \d{a}", "Škoda Šablica çais ğ ą ạ"),
        (r"\b{b} \=a \.z", "ḇ ā ż"),
        (r"\emph{really \textbf{bold}} {\em so} {\bf b}", "really bold so b"),
        (r"10\% of R\&D \_ \# \$5", "10% of R&D _ # $5"),
        (r"``quoted'' text", "“quoted” text"),
        (r"et al.~foo Fig.~1 \% ~10 Mon~Fri", "et al. foo Fig. 1 % ~10 Mon~Fri"),
        (r"45{\deg} {\beta}-test {\approx}", "45° β-test ≈"),
        (r"\LaTeX{} and \ldots", "LaTeX and …"),
        (r"\url{https://a.org/b\_c} \href{https://a.org}{here}", "https://a.org/b_c here (https://a.org)"),
        (r"{BERT} and {GPT-4}", "BERT and GPT-4"),
        (r"H_{2}O and 10^{-3}", "H₂O and 10⁻³"),
        (r"\{square,unichord\}-free", "{square,unichord}-free"),
        (r"\textsuperscript{2}", "²"),
        (r"one \\ two", "one   two"),
    ],
)  # fmt: skip
def test_text_by_example(raw: str, text: str) -> None:
    assert to_unicode(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"$k$-means", "k-means"),
        (r"$\ell_1$-norm", "ℓ₁-norm"),
        (r"$O(n^2)$, $O(n \log n)$, $O(k\log\log n)$", "O(n²), O(n log n), O(k log log n)"),
        (r"$\mathbb{F}_p$, $\R^n$, $\mathcal{O}(1)$", "𝔽ₚ, ℝⁿ, 𝒪(1)"),
        (r"$n \times n$ $n\times n$ $2.3\times$", "n × n n × n 2.3×"),
        (r"$\epsilon$-greedy, $\alpha \beta$", "ε-greedy, αβ"),
        (r"$10^{-3}\leq N\leq 10^8$", "10⁻³ ≤ N ≤ 10⁸"),
        (r"$\leq 5$, $\pm 1$, $\sim 10$", "≤5, ±1, ∼10"),
        (r"$\frac{1}{2}$, $\frac{n-1}{k+1}$, $2\frac{1}{2}$", "1/2, (n-1)/(k+1), 2(1/2)"),
        (r"$\sqrt{n}$, $\sqrt{pk}$, $\sqrt[3]{x+1}$", "√n, √(pk), ³√(x+1)"),
        (r"$\tilde{O}(n)$, $\hat x$, $\bar{p}$", "Õ(n), x̂, p̄"),
        (r"$2^{O(k)}n^{1/3}$", "2^(O(k))n^(1/3)"),
        (r"$x_G$, $x_{max}$, $x^*$, $f'$", "x_G, xₘₐₓ, x*, f′"),
        (r"$\{1, \dots, N\}$", "{1, …, N}"),
        (r"$n^{th}$, CO$_2$, 45$^\circ$", "nᵗʰ, CO₂, 45°"),
        (r"${n \choose 2}$, $\binom{n}{k}$, ${a \over b}$", "(n choose 2), (n choose k), a/b"),
        (r"$\left\|x\right\|_2^2$", "‖x‖₂²"),
        (r"$\text{poly}(k\log{N})$", "poly(k log N)"),
        (r"$|V(G)| \cdot 2$", "|V(G)| · 2"),
        (r"$a \bmod b \pmod{n}$", "a mod b (mod n)"),
        (r"\(x^2\) and \[y_1\]", "x² and y₁"),
        (r"$$E = mc^2$$", "E = mc²"),
        (r"$g=<R_g \cup C_g, E_g>$", "g=<R_g ∪ C_g, E_g>"),
        (r"\emph{the $k$ best}", "the k best"),
    ],
)
def test_formulas_by_example(raw: str, text: str) -> None:
    assert to_unicode(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "plain text, no TeX: x^2, a_b, 50%, C:/path",
        r"$\mymacro{x}^2$",
        r"$\begin{array}{c} a \end{array}$",
        r"as in \ref [x]{y} \foo",
        "costs $5 or $10 a month",
        "between $100 and $200",
        "from $1.5M to $2M",
        "an open $ sign",
        "a set {a, b} and {0,1}",
        "a lone { brace and } another",
        r"C:\temp\new",
        "https://example.org/~user/a_b",
        r"$\frac{1}$",
        r"$x^$",
        r"$\bar{ab}$",
        "$",
        "\\",
        "{",
    ],
)
def test_what_is_not_understood_stays_as_written(raw: str) -> None:
    assert to_unicode(raw) == raw


def test_escaped_quotes_and_apostrophes_are_no_accents() -> None:
    assert to_unicode(r"He said \"all\" of it") == 'He said "all" of it'
    assert to_unicode(r"it\'s what we don\'t") == "it's what we don't"


def test_an_unknown_part_leaves_its_formula_alone_and_the_others_converted() -> None:
    assert to_unicode(r"$\foo$ and $x^2$") == r"$\foo$ and x²"


PIECES = st.lists(
    st.sampled_from(
        ["$", "$$", "{", "}", "\\", "^", "_", "\\frac", "\\alpha", "\\emph", "\\'", '\\"', "e",
         "x ",
         "\\left", "\\right.", "\\mathbb", "\\sqrt", "[", "]", "\\text", "~", "``", "''", "\\(",
         "\\)",
         "\\over", "\\choose", "&", "%", "2", "\\v", "\\i", "\n", "\\not", "\\log"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(st.text(max_size=60) | PIECES)
def test_any_text_is_taken(raw: str) -> None:
    text = to_unicode(raw)
    assert isinstance(text, str)
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in raw]


@given(st.text(st.characters(exclude_characters="\\${`\x7f"), max_size=60))
def test_a_text_without_tex_is_returned_as_it_is(raw: str) -> None:
    assert to_unicode(raw) is raw


@pytest.mark.parametrize(
    "hostile",
    ["{" * 100_000, "$" * 100_000, "\\" * 100_000, "{" * 50_000 + "}" * 50_000,
     "\\emph{" * 20_000 + "}" * 20_000, "$" + "{" * 900 + "}" * 900 + "$", "$x$" * 50_000,
     "\\frac" * 50_000, "$" + "\\frac" * 390 + "$", "\\(" * 50_000, "$x" * 50_000 + "\\$" * 1000,
     "^{" * 30_000, "\\[a" * 50_000, "$" + "^" * 1900 + "$", "$\\sqrt[" * 20_000,
     "$" + "x_{" * 600 + "}" * 600 + "$", "\\'" * 50_000],
    ids=range(17),
)  # fmt: skip
def test_hostile_text_takes_no_time(hostile: str) -> None:
    begun = time.process_time()
    to_unicode(hostile)
    assert time.process_time() - begun < 2


def test_the_fence_of_code_is_no_quotation() -> None:
    code = "Like ``this'':\n\n```\nx = ''\n```"
    assert to_unicode(code).startswith("Like “this”:\n\n```\n")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (r"by Knuth \cite{knuth}, see \citep[p. 3]{a,b}.", "by Knuth [knuth], see [a,b]."),
        (r"within 1/\sqrt{n} of \frac{1}{q}", "within 1/√n of 1/q"),
        (r"\sqrt{\unknown{x}} and \cite{}", r"\sqrt{\unknown{x}} and \cite{}"),
    ],
)
def test_citations_and_maths_without_dollar_signs_are_readable(raw: str, shown: str) -> None:
    assert to_unicode(raw) == shown
