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
  ],
  heldOut: [],
})
