import { labelled, large, medium, small } from './labelled-prompt.ts'

export const mathematicsPrompts = labelled('mathematics', {
  tuning: [
    small('15% of 240'),
    small('whats 12*13+7'),
    small('solve 2x + 3 = 11'),
    small('wie viel ist 3/4 als dezimalzahl'),
    small('combien font 17 x 24 ?'),
    small('cuánto es el 21% de 350'),
    small('12の階乗は？'),
    small('square root of 1764'),
    medium('derivative of x^2 sin(3x)'),
    medium('Integrate x e^x from 0 to 1, show the steps'),
    medium(
      'A train leaves A at 9:00 with 80 km/h, another leaves B, 300 km away, at 9:30 with 100 ' +
        'km/h. When do they meet?',
    ),
    medium('quelle est la probabilité d’obtenir exactement 3 fois face en 5 lancers ?'),
    medium('Bestimme die Nullstellen von f(x) = x^3 - 6x^2 + 11x - 6'),
    medium('calcula el determinante de la matriz [[2,1,3],[0,4,1],[5,2,2]]'),
    medium('resolva o sistema: 2x + 3y = 12, x - y = 1, e explique'),
    medium('найди предел (1 - cos x)/x^2 при x → 0'),
    medium('求函数 f(x)=x^3-3x 的极值'),
    medium('احسب تكامل x^2 من 0 إلى 3'),
    medium('what are the odds that two people out of 23 share a birthday?'),
    large('Prove that sqrt(2) + sqrt(3) is irrational'),
    large('Show that every compact metric space is separable.'),
    large('Zeige, dass jede Cauchy-Folge in R konvergiert'),
    large('Démontrer que la somme des n premiers cubes est le carré de n(n+1)/2'),
    large('Let $G$ be a group of order $p^2$ with $p$ prime. Prove that $G$ is abelian.'),
    large('Find all functions $f: \\mathbb{R} \\to \\mathbb{R}$ with $f(x+f(y)) = f(x) + y$.'),
    large('证明：任意六个人中，必有三个人互相认识或互相不认识。'),
    large('Докажите, что простых чисел вида 4k+3 бесконечно много'),
    large('solve the heat equation u_t = k u_xx on [0,L] with u=0 at both ends, derive everything'),
  ],
  heldOut: [],
})
