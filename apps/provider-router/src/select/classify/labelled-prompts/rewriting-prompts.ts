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
    small('can u make this nicer: no we dont give refunds'),
    small("what's a better way to say 'I am very angry about this'"),
    small('correct: She dont know where is the keys'),
    small('english pls: Ich freue mich auf unser Treffen am Freitag.'),
    small('Bitte Rechtschreibung prüfen: wir treffen uns am mitwoch um vier uhr beim banhof'),
    small('mets ça au vouvoiement : tu peux me rappeler demain si tu veux'),
    small('pásalo a inglés por favor: mañana no hay clase por la huelga'),
    small('reescreve isso de um jeito mais simpático: você não pagou ainda'),
    small('a bit less stiff', {
      before: [
        'Reword this invitation: You are hereby invited to our garden party.',
        'We kindly request the pleasure of your company at our garden party.',
      ],
    }),
    small('这句英文通顺吗，帮我改改：He very like play football'),
    medium(
      'Übersetze diesen Absatz ins Koreanische, höflich, für einen Geschäftspartner: Wir danken Ihnen für Ihre Geduld und melden uns bis Freitag mit einem neuen Angebot.',
    ),
    medium(
      `Turn these notes into clean, formal minutes, nothing may get lost.\n\n${MEETING_NOTES}`,
    ),
  ],
  heldOut: [
    small('less robotic please: We acknowledge receipt of your inquiry.'),
    small('fix the commas: However I think we should wait and then if possible leave'),
    small("how would a native say this: 'I have 25 years old'"),
    small('In einfacher Sprache bitte: Die Antragstellung hat fristgerecht zu erfolgen.'),
    small('auf englisch: Wann kann ich mein Paket abholen?'),
    small('dis-le autrement : on n’a pas eu le temps de finir'),
    small('cámbialo a primera persona: Ana llegó tarde y perdió su tren'),
    small('traduz isso aqui pro espanhol: vou chegar atrasado, pode começar sem mim'),
    small('correggi gli errori: io ho andato a casa è poi o mangiato'),
    small('сделай короче: Хочу сообщить вам о том, что наша встреча, к сожалению, переносится.'),
    small('make it warmer', {
      before: ['Improve this: Your order is late.', 'We are sorry that your order is late.'],
    }),
    medium(
      '日本語に翻訳して、取引先向けの丁寧な文体で：We would like to postpone the audit to May.',
    ),
    medium('ऊपर वाला संदेश अंग्रेजी में बदलो: कृपया अपना बकाया बिल इस महीने के अंत तक जमा कर दें।'),
    medium(`Edit for tone and length, but leave names and figures alone:\n\n${MEETING_NOTES}`),
    medium(
      'Translate into Arabic for a hospital leaflet, wording must be exact: Do not eat or drink for six hours before the operation.',
    ),
  ],
})
