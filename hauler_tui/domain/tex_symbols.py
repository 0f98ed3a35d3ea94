"""What TeX's macros stand for in Unicode.

Accents are those of https://info.arxiv.org/help/prep.html#accents; symbols those of the LaTeX
kernel and of amssymb that occur in titles and abstracts.
"""

from __future__ import annotations

ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
    "u": "\u0306",
    "d": "\u0323",
    "b": "\u0331",
    "t": "\u0361",
}
"""Accent macros of text, as the combining character."""

MATH_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
    "underline": "\u0332",
}
"""Accent macros of mathematics, which go on one character only."""

# fmt: off
LETTERS = {
    "L": "Ł", "l": "ł", "O": "Ø", "o": "ø", "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ",
    "OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "th": "þ", "TH": "Þ", "dh": "ð",
    "DH": "Ð", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
}
"""Letters of words; the white space after such a macro belongs to it."""

TEXT_SYMBOLS = {
    "ldots": "…", "dots": "…", "textellipsis": "…", "LaTeX": "LaTeX", "TeX": "TeX",
    "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "textquotesingle": "'", "textbar": "|",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_",
    "textless": "<", "textgreater": ">", "textregistered": "®", "texttrademark": "™",
    "textcopyright": "©", "copyright": "©", "pounds": "£", "textsterling": "£", "euro": "€",
    "texteuro": "€", "textdegree": "°", "degree": "°", "deg": "°", "item": "•",
    "textmu": "µ", "textalpha": "α",
    "textbeta": "β", "dag": "†", "ddag": "‡", "textdagger": "†",
    "texttimes": "×", "textpm": "±", "textperiodcentered": "·", "textbullet": "•", "slash": "/",
    "quad": " ", "qquad": " ", "newline": " ", "par": " ", "xspace": "", "noindent": "",
    "protect": "", "textvisiblespace": "␣", "guillemotleft": "«", "guillemotright": "»",
}
"""Symbols that stand in running text."""

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "varkappa": "ϰ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π",
    "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ",
    "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "digamma": "ϝ",
    "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "hslash": "ℏ",
    "imath": "ı", "jmath": "ȷ", "Re": "ℜ", "Im": "ℑ", "wp": "℘", "aleph": "ℵ", "beth": "ℶ",
    "forall": "∀", "exists": "∃", "nexists": "∄", "neg": "¬", "lnot": "¬", "emptyset": "∅",
    "varnothing": "∅", "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬",
    "oint": "∮", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂",
    "bigvee": "⋁", "bigwedge": "⋀", "prime": "′", "dagger": "†", "ddagger": "‡", "angle": "∠",
    "triangle": "△", "square": "□", "Box": "□", "blacksquare": "■", "diamond": "⋄",
    "Diamond": "◇", "clubsuit": "♣", "heartsuit": "♥", "spadesuit": "♠", "flat": "♭",
    "sharp": "♯", "natural": "♮", "checkmark": "✓", "complement": "∁", "backslash": "\\",
    "langle": "⟨", "rangle": "⟩", "lceil": "⌈", "rceil": "⌉", "lfloor": "⌊", "rfloor": "⌋",
    "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "vert": "|", "lvert": "|",
    "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "top": "⊤", "bot": "⊥",
    "ldots": "…", "dots": "…", "dotsc": "…", "cdots": "⋯", "dotsb": "⋯", "vdots": "⋮",
    "ddots": "⋱", "star": "⋆", "ast": "*", "bullet": "•", "surd": "√", "odot": "⊙",
    "sphericalangle": "∢", "degree": "°", "bigstar": "★", "lozenge": "◊", "colon": ": ",
    "lbag": "⟅", "rbag": "⟆", "ulcorner": "⌜", "urcorner": "⌝", "eth": "ð", "mho": "℧",
    "circledast": "⊛", "circledcirc": "⊚", "bigcirc": "◯", "bigtriangleup": "△",
    "quad": " ", "qquad": " ", "space": " ", "nobreakspace": " ",
}
"""Symbols of mathematics that stand like letters."""

OPERATORS = {
    "times": "×", "pm": "±", "mp": "∓", "div": "÷", "circ": "∘", "cup": "∪", "cap": "∩",
    "setminus": "∖", "smallsetminus": "∖", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗",
    "wedge": "∧", "land": "∧", "vee": "∨", "lor": "∨", "sqcup": "⊔", "sqcap": "⊓",
    "uplus": "⊎", "ltimes": "⋉", "rtimes": "⋊", "wr": "≀", "amalg": "⨿",
    "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "lt": "<",
    "gt": ">", "neq": "≠", "ne": "≠", "equiv": "≡", "approx": "≈", "sim": "∼", "simeq": "≃",
    "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫", "lesssim": "≲", "gtrsim": "≳",
    "lessapprox": "⪅", "gtrapprox": "⪆", "asymp": "≍", "doteq": "≐", "triangleq": "≜",
    "coloneqq": "≔", "coloneq": "≔", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "subsetneq": "⊊",
    "supset": "⊃", "supseteq": "⊇", "supsetneq": "⊋", "sqsubseteq": "⊑", "sqsupseteq": "⊒",
    "nsubseteq": "⊈", "perp": "⊥", "parallel": "∥", "nparallel": "∦", "mid": "|", "nmid": "∤",
    "vdash": "⊢", "dashv": "⊣", "models": "⊨", "vDash": "⊨", "Vdash": "⊩", "bowtie": "⋈",
    "to": "→", "rightarrow": "→", "longrightarrow": "⟶", "Rightarrow": "⇒",
    "Longrightarrow": "⟹", "implies": "⟹", "leftarrow": "←", "gets": "←", "longleftarrow": "⟵",
    "Leftarrow": "⇐", "Longleftarrow": "⟸", "leftrightarrow": "↔", "Leftrightarrow": "⇔",
    "longleftrightarrow": "⟷", "Longleftrightarrow": "⟺", "iff": "⟺", "mapsto": "↦",
    "longmapsto": "⟼", "hookrightarrow": "↪", "hookleftarrow": "↩", "rightharpoonup": "⇀",
    "rightleftharpoons": "⇌", "rightsquigarrow": "⇝", "leadsto": "⇝", "uparrow": "↑",
    "downarrow": "↓", "Uparrow": "⇑", "Downarrow": "⇓", "updownarrow": "↕", "nearrow": "↗",
    "searrow": "↘", "swarrow": "↙", "nwarrow": "↖", "twoheadrightarrow": "↠",
    "rightarrowtail": "↣", "nrightarrow": "↛", "nleftarrow": "↚", "xrightarrow": "→",
    "dashrightarrow": "⇢", "multimap": "⊸", "lhd": "⊲", "rhd": "⊳", "unlhd": "⊴",
    "unrhd": "⊵", "triangleleft": "◁", "triangleright": "▷", "trianglelefteq": "⊴",
    "trianglerighteq": "⊵", "vartriangle": "△", "ngeq": "≱", "nleq": "≰", "lneq": "⪇",
    "therefore": "∴", "because": "∵", "barwedge": "⊼", "boxplus": "⊞", "boxtimes": "⊠",
    "preccurlyeq": "≼", "succcurlyeq": "≽", "bmod": "mod",
}
"""Symbols of mathematics that stand between two sides."""

WORDS = frozenset({
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "coth", "max", "min", "sup", "inf", "lim", "limsup",
    "liminf", "arg", "argmax", "argmin", "det", "dim", "ker", "deg", "gcd", "hom", "Pr", "mod",
    "poly", "polylog", "tr", "rank", "sgn", "sign", "diag", "softmax", "erf",
})
"""Functions that are written as upright words."""

STYLES = frozenset({
    "emph", "textit", "textbf", "texttt", "textsc", "textrm", "textsf", "textsl", "textup",
    "textmd", "textnormal", "text", "mbox", "hbox", "fbox", "underline", "uline", "enquote",
    "mathrm", "mathit", "mathbf", "mathsf", "mathtt", "mathnormal", "ensuremath",
    "operatorname", "bm", "boldsymbol", "pmb", "mathop", "mathbin", "mathrel", "mathord",
    "smash", "acro",
})
"""Macros that say only how their argument looks."""

SWITCHES = frozenset({
    "em", "it", "bf", "tt", "sc", "rm", "sf", "sl", "itshape", "bfseries", "ttfamily",
    "scshape", "upshape", "normalfont", "small", "tiny", "large", "footnotesize", "scriptsize",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "left", "right", "middle",
    "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "nonumber",
    "boldmath", "unboldmath", "normalsize", "mdseries", "centering", "mathstrut", "relax",
    "allowbreak",
})
"""Macros without argument that say only how things look."""

BLACKBOARD = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ1k", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙𝕜"
)
SCRIPT = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"
)
FRAKTUR = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "𝔄𝔅ℭ𝔇𝔈𝔉𝔊ℌℑ𝔍𝔎𝔏𝔐𝔑𝔒𝔓𝔔ℜ𝔖𝔗𝔘𝔙𝔚𝔛𝔜ℨ𝔞𝔟𝔠𝔡𝔢𝔣𝔤𝔥𝔦𝔧𝔨𝔩𝔪𝔫𝔬𝔭𝔮𝔯𝔰𝔱𝔲𝔳𝔴𝔵𝔶𝔷",
)
ALPHABETS = {
    "mathbb": BLACKBOARD, "Bbb": BLACKBOARD, "mathds": BLACKBOARD, "mathbbm": BLACKBOARD,
    "mathcal": SCRIPT, "mathscr": SCRIPT, "cal": SCRIPT,
    "mathfrak": FRAKTUR, "frak": FRAKTUR,
}
"""Macros that change their argument's letters into another alphabet."""

SUPERSCRIPTS = dict(zip(
    "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθφχ∘⊤′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᵠᵡ°ᵀ′",
    strict=True,
))
SUBSCRIPTS = dict(zip(
    "0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True
))
