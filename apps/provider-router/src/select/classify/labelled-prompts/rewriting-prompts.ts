import { labelled, medium, small } from './labelled-prompt.ts'
import { CONTRACT_CLAUSE, EMAIL_OF_A_SUPPLIER, MEETING_NOTES } from './pasted-texts.ts'

export const rewritingPrompts = labelled('rewriting', {
  tuning: [
    small('fix grammar: i has went to the store yesterday and buyed milk'),
    small('Translate to Spanish: Where is the train station?'),
    small('make this sound more professional: hey bob, cant make it tmrw, kid is sick'),
    small('Übersetze ins Englische: Der Vertrag verlängert sich automatisch um ein Jahr.'),
    small('Kannst du das freundlicher formulieren? "Schicken Sie mir endlich die Unterlagen."'),
    small('traduis en anglais: je voudrais réserver une table pour deux personnes'),
    small('corrige les fautes : je suis aller au marcher hier et jai acheter des pomme'),
    small('¿Puedes corregir este texto? "Ayer fuimos ha comprar y no avia nada haber que dia"'),
    small('traduz para o inglês: a reunião foi adiada para a próxima terça-feira'),
    small('riscrivi in modo più formale: ciao prof, non vengo domani, sto male'),
    small('переведи на английский: Встреча переносится на вторник'),
    small('把下面这句话翻译成英文：我们的会议改到下周三下午三点。'),
    small(`Make this email shorter and a bit more polite:\n\n${EMAIL_OF_A_SUPPLIER}`),
    small('more formal please', {
      before: ['rephrase: u guys messed up my order again', 'You have got my order wrong again.'],
    }),
    small('and now in French', {
      before: ['Translate to German: Where is the exit?', 'Wo ist der Ausgang?'],
    }),
    small('rephrase without passive voice: The report was written by the team and was sent late.'),
    medium('次の文章をもっと丁寧な敬語に直してください：資料まだですか。早く送ってください。'),
    medium(
      'Translate this into Japanese for a senior client: We regret the delay of our delivery.',
    ),
    medium('Translate into Hindi: Your appointment has been confirmed for Monday at 10.'),
    medium('ترجم هذه الرسالة إلى الإنجليزية: نأسف لتأخر الشحنة وسنعوضكم عن ذلك'),
    medium(`Proofread these minutes and fix the style, keep every fact:\n\n${MEETING_NOTES}`),
    medium(
      'Translate this clause into German for the signed version of our contract. The legal ' +
        `meaning must not change: ${CONTRACT_CLAUSE}`,
    ),
  ],
  heldOut: [],
})
