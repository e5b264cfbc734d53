"""Made-up pages as browsers save them: menus, teasers, scripts and advertisements round one article."""

import random

WORDS = (
    "army said strike village river province officials convoy people killed wounded market road camp border families "
    "fled fighting checkpoint town forces group commander minister talks ceasefire aid hospital school water bridge "
    "city morning night week region witnesses reported according several near after before during against "
).split()


def sentence(dice: random.Random) -> str:
    words = dice.choices(WORDS, k=dice.randint(8, 26))
    return f"{' '.join(words).capitalize()}."


def page(number: int) -> bytes:
    """Some 80 kB of HTML with some 600 words of article; the same number gives the same bytes."""
    dice = random.Random(number)
    title = " ".join(dice.choices(WORDS, k=9)).capitalize()
    menu = "".join(f'<li class="nav-item"><a href="/section/{n}">{w.title()}</a></li>' for n, w in enumerate(WORDS))
    paragraphs = []
    while sum(len(p.split()) for p in paragraphs) < 600:
        paragraphs.append(" ".join(sentence(dice) for _ in range(dice.randint(2, 5))))
    body = "".join(
        f'<p class="article__text">{p}</p>'
        + ('<div class="ad-slot" data-unit="mid"><script>window.ads.push({});</script></div>' if n % 4 == 3 else "")
        for n, p in enumerate(paragraphs)
    )
    teasers = "".join(
        f'<div class="teaser"><a href="/news/{dice.randrange(10**6)}"><img src="/img/{n}.jpg" alt="">'
        f"<h3>{sentence(dice)}</h3></a><p>{sentence(dice)}</p><time>{dice.randint(1, 28)} Sep</time></div>"
        for n in range(60)
    )
    comments = "".join(f'<div class="comment"><b>user{n}</b><p>{sentence(dice)}</p></div>' for n in range(30))
    script = "".join(f'var c{n}={{"id":{n},"slot":"{dice.random()}","size":[300,250]}};' for n in range(400))
    day = f"2019-09-{dice.randint(1, 28):02}"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Gazette</title>'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Gazette">'
        f'<meta property="article:published_time" content="{day}T08:00:00Z">'
        f'<link rel="canonical" href="https://gazette.example/news/{number}"><style>{".a{color:red}" * 400}</style>'
        f"<script>{script}</script></head><body><header><nav><ul>{menu}</ul></nav></header><main><article>"
        f"<h1>{title}</h1><div class='byline'>By A. Writer</div>{body}</article><aside>{teasers}</aside></main>"
        f"<section id='comments'>{comments}</section><footer><ul>{menu}</ul><p>© The Gazette</p></footer>"
        f"<script>{script}</script></body></html>"
    ).encode()
