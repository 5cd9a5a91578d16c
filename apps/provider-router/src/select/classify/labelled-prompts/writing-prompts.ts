import { labelled, large, medium, small } from './labelled-prompt.ts'

export const writingPrompts = labelled('writing', {
  tuning: [
    small('write a haiku about autumn rain'),
    small('birthday message for my mom, shes turning 60'),
    small('instagram caption for a beach pic'),
    small('no, something funnier', {
      before: ['write a caption for a photo of my cat', 'Nine lives, one nap. Do you like it?'],
    }),
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
    small('need a funny caption for my dog sleeping upside down'),
    small('wedding card text for a coworker i barely know'),
    small('Text für eine WhatsApp: ich komme 20 min später, sorry'),
    small('trouve 5 slogans pour une boulangerie bio'),
    small('mensaje corto para dar el pésame a un vecino'),
    small('придумай имя для рыжего кота'),
    medium('Turn the idea "a clock that runs backwards" into a bedtime story for a 6 year old'),
    medium('poem about moving out of my childhood home, free verse, not cheesy'),
    medium('Motivationsschreiben für den Bundesfreiwilligendienst im Altenheim'),
    medium('discurso para la jubilación de mi jefe, con un par de anécdotas inventadas'),
    medium('crônica sobre uma fila de banco no estilo de Luis Fernando Verissimo'),
    medium('给我写一封辞职信，语气诚恳，原因是要照顾父母'),
    large('Write the script of a 20 page one-act play about two astronauts who stop talking'),
    large(
      'I need a 1,200 word opinion piece on congestion charges, for a national newspaper, with ' +
        'both sides taken seriously and a surprising ending.',
    ),
  ],
  heldOut: [
    small('two line thank you for the wedding guests'),
    small('cute nickname ideas for my girlfriend'),
    small('Make up a slogan for a second-hand bike shop'),
    small('Kurzer Text für eine Geburtskarte, Mädchen, heißt Ida'),
    small('invente un nom de groupe de rock'),
    small('escribe un mensaje de cumpleaños para mi abuela'),
    small('mensagem de bom dia para o grupo da família'),
    small('scrivi un breve messaggio per disdire la cena'),
    medium('Ghost story around a lake house, first person, about a page'),
    medium(
      'write a toast for my parents’ 40th anniversary, warm with one joke about dad’s driving',
    ),
    medium(
      'I need a letter to my neighbours announcing six weeks of building noise, kind but clear',
    ),
    medium('Gedicht über den November, vier Strophen, gereimt'),
    medium('écris une chanson sur un chat qui déteste la pluie, avec refrain'),
    medium('carta de renuncia formal pero agradecida, dejo el puesto el 30'),
    medium('придумай сказку про ежа, который боялся темноты'),
    medium('雨の日の短い詩を書いて'),
    medium('اكتب رسالة شكر لمعلمتي'),
    large(
      'Write a 1,800-word feature article on how cities cope with heat, with scenes and quotes',
    ),
    large('Outline and then write the first chapter of a fantasy novel, at least 2,500 words'),
    large(
      'Verfasse eine zehnseitige Facharbeit über die Auswirkungen der Digitalisierung auf den Einzelhandel, 10 Seiten, mit Gliederung',
    ),
  ],
})
