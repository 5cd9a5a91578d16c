import { labelled, large, medium, small } from './labelled-prompt.ts'

export const writingPrompts = labelled('writing', {
  tuning: [
    small('write a haiku about autumn rain'),
    small('birthday message for my mom, shes turning 60'),
    small('instagram caption for a beach pic'),
    small('draft a short email to my landlord, the heating is broken since monday'),
    small('give me 10 name ideas for a coffee shop'),
    small('Product description for a handmade ceramic mug, 50 words.'),
    small('Schreib mir eine nette Absage auf eine Einladung zum Grillen'),
    small('écris un petit message de bon rétablissement pour une collègue'),
    small('escreva uma legenda para uma foto de casamento na praia'),
    small('напиши короткое поздравление с юбилеем для начальника'),
    medium('Write a cover letter for a junior accountant position at a mid-size firm'),
    medium('best man speech, funny but not mean, 5 minutes, we met at a failed pottery class'),
    medium(
      'Schreibe eine Kurzgeschichte über einen Leuchtturmwärter, der keine Schiffe mehr sieht',
    ),
    medium('Écris un poème en alexandrins sur la mer du Nord en hiver'),
    medium('Escribe un cuento para niños sobre un dragón que no sabe volar'),
    medium('scrivi una lettera di reclamo a Trenitalia per un ritardo di 3 ore'),
    medium('写一篇800字的作文，题目是《我的家乡》'),
    medium('友達の結婚式のスピーチを書いて。3分くらいで'),
    medium('اكتب قصيدة قصيرة عن الأم'),
    medium('मेरी बहन की शादी के लिए निमंत्रण संदेश लिखो'),
    medium('write a rap battle between Newton and Leibniz'),
    medium('continue the story', {
      before: [
        'Write a story about a fox who runs a bakery',
        'Every morning at four, before the hens were up, Rufus lit the oven…',
      ],
    }),
    large(
      'Write a 2,000-word essay on the causes of the French Revolution, with a thesis, ' +
        'counter-arguments and references',
    ),
    large(
      'Chapter one of a noir novel, about 3000 words, first person, unreliable narrator. Plant ' +
        'three clues that only make sense in the last chapter.',
    ),
    large('Schreib mir eine 15-seitige Hausarbeit über Kants Begriff der Autonomie'),
  ],
  heldOut: [],
})
