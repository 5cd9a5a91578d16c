import { labelled, large, medium, small } from './labelled-prompt.ts'
import {
  EMAIL_OF_A_SUPPLIER,
  E_MAIL_EINER_HAUSVERWALTUNG,
  MEETING_NOTES,
  MEETING_TRANSCRIPT,
  WHOLE_CONTRACT,
} from './pasted-texts.ts'

const CORREO = `Estimada Lucía: la reunión del jueves se pasa al viernes a las 11 porque el cliente llega tarde.
Necesitamos el presupuesto cerrado antes, así que mándalo mañana, aunque falte el transporte. Un saludo, Iván`

export const summarisationPrompts = labelled('summarisation', {
  tuning: [
    small(`tldr\n\n${EMAIL_OF_A_SUPPLIER}`),
    small(`Summarize this in 3 bullets:\n${EMAIL_OF_A_SUPPLIER}`),
    small(`${EMAIL_OF_A_SUPPLIER}\n\nwhat does he want from me? one sentence`),
    small(`Fasse die Mail in zwei Sätzen zusammen: ${E_MAIL_EINER_HAUSVERWALTUNG}`),
    small(`${CORREO}\n\nresúmeme este correo`),
    small(
      'résume ce texte en une phrase : Le conseil a voté hier la fermeture du pont pour six mois. ' +
        'Les commerçants du quai demandent une aide, la mairie répondra en mai.',
    ),
    small(
      'resuma o texto: A prefeitura anunciou que a linha 4 ficará fechada aos domingos até agosto ' +
        'para obras. Ônibus gratuitos farão o trajeto.',
    ),
    small(
      'riassumi in due righe: Il museo resta chiuso fino a marzo per lavori. I biglietti già ' +
        'comprati valgono fino a dicembre o si possono rimborsare in cassa.',
    ),
    small(
      'кратко перескажи: Администрация сообщила, что мост закрыт до августа. Автобусы пойдут в ' +
        'объезд, билеты остаются прежними.',
    ),
    small('用一句话总结：公司昨天宣布，由于原材料涨价，下个月起所有产品价格上调百分之五。'),
    small('次の文章を一文で要約して：駅前の橋は工事のため八月まで閉鎖され、バスは迂回する。'),
    small('give me the gist of what we said so far', {
      before: ['I want to repaint my flat', 'Which rooms?', 'two bedrooms', 'Start with primer.'],
    }),
    medium('لخص النص التالي في جملتين: أعلنت البلدية إغلاق الجسر حتى شهر أغسطس بسبب الأشغال'),
    medium(`Summarise these notes for someone who was not there:\n${MEETING_NOTES}`),
    medium(`key takeaways and action items pls\n\n${MEETING_TRANSCRIPT}`),
    medium(`${MEETING_TRANSCRIPT}\n\nBitte eine Zusammenfassung auf Deutsch, eine halbe Seite.`),
    large(`Summarise this contract and point out every risk for the customer.\n${WHOLE_CONTRACT}`),
    small(`too long, what are they saying??\n\n${EMAIL_OF_A_SUPPLIER}`),
    small(
      `Worum geht es in dieser Mail, und muss ich etwas tun?\n\n${E_MAIL_EINER_HAUSVERWALTUNG}`,
    ),
    small(`boil this down to two lines\n${EMAIL_OF_A_SUPPLIER}`),
    small(
      'en une phrase, ça dit quoi ? La préfecture annonce que les trajets de nuit sont supprimés ' +
        'sur la ligne B jusqu’à la fin des travaux, prévue en octobre.',
    ),
    small(`${CORREO}\n\n¿qué me están pidiendo? en corto`),
    small(
      'faz um resuminho: o condomínio vai trocar as caixas d’água na quinta, falta água das 8 às 14, ' +
        'quem tiver criança pequena pode pegar galão na portaria.',
    ),
    small('概要を三行で：市は来月から図書館の開館時間を短縮し、日曜は休館とすると発表した。'),
    medium(`what did they decide and who does what\n\n${MEETING_TRANSCRIPT}`),
    medium(`Make an executive summary, half a page, of the following:\n${MEETING_TRANSCRIPT}`),
    medium(`Fass mir die Besprechung zusammen, nach Themen geordnet.\n\n${MEETING_NOTES}`),
    large(
      `Condense this agreement to one page for our board, and weigh for each clause how much it ` +
        `exposes us compared with what is usual in the market.\n\n${WHOLE_CONTRACT}`,
    ),
  ],
  heldOut: [
    small(`whats the point of this mail\n\n${EMAIL_OF_A_SUPPLIER}`),
    small(`${EMAIL_OF_A_SUPPLIER}\n\nSum it up in five words.`),
    small(`Was muss ich laut dieser Mail wann tun?\n${E_MAIL_EINER_HAUSVERWALTUNG}`),
    small(
      'in breve: La riunione di condominio ha deciso di rifare il tetto in primavera, con una spesa ' +
        'di 40.000 euro divisa in dieci rate, e di chiudere il cortile alle auto.',
    ),
    small(
      'Résumé en 10 mots : le festival est reporté à septembre à cause de la canicule, les billets ' +
        'restent valables, les remboursements sont possibles jusqu’au 15 juillet.',
    ),
    small('简单概括：学校决定从九月起取消周六补课，并要求老师不得收费补习。'),
    small('коротко о чём это: Банк сообщает, что с июня комиссия за переводы отменяется.'),
    medium(`Give me the highlights of this meeting, grouped by person\n\n${MEETING_TRANSCRIPT}`),
    medium(`${MEETING_NOTES}\n\nWrite a short recap I can forward to my boss`),
    medium(`resumen de la reunión, por temas, en español\n\n${MEETING_NOTES}`),
    medium('संक्षेप में बताओ: सरकार ने घोषणा की है कि पुल अगस्त तक बंद रहेगा और बसें दूसरे रास्ते से जाएंगी।'),
    large(
      `Summarise the agreement for our lawyer: what is unusual, what contradicts what, what is ` +
        `missing, and what would you renegotiate first?\n\n${WHOLE_CONTRACT}`,
    ),
  ],
})
