import { labelled, medium, small } from './labelled-prompt.ts'
import {
  CONTRACT_PAGES,
  EMAIL_OF_A_SUPPLIER,
  E_MAIL_EINER_HAUSVERWALTUNG,
  MEETING_NOTES,
  MEETING_TRANSCRIPT,
} from './pasted-texts.ts'

const LOG_LINES = `2024-05-03T10:22:17Z ERROR [payments] E1042 card declined order=8813
2024-05-03T10:22:19Z INFO [payments] retry order=8813
2024-05-03T10:22:21Z ERROR [payments] E1042 card declined order=8813`

export const extractionPrompts = labelled('extraction', {
  tuning: [
    small('Extract all email addresses: write to bob@example.com or ann@example.org, not to joe'),
    small('turn this into a markdown table: apples 3, pears 5, kiwis 12'),
    small("sentiment of this review, positive/negative/neutral: 'room was fine but the noise…'"),
    small('convert to JSON: name: Ana, age: 31, city: Porto'),
    small('sort these alphabetically: zebra, ant, Mole, bee, yak'),
    small(`Zieh mir alle Termine aus der Mail raus:\n${E_MAIL_EINER_HAUSVERWALTUNG}`),
    small('liste les noms des personnes citées : Hier Paul a vu Marie et le docteur Lefèvre.'),
    small('Extrae las fechas y los importes: factura del 3 de mayo, 120 €; 9 de junio, 85,40 €'),
    small('converta esta lista em CSV: maçã 3, pera 5, uva 12'),
    small('estrai tutti i numeri di telefono: Anna 02 555 017, ufficio 06 555 0133'),
    small('извлеки все даты из текста: встреча 5 мая, отчёт до 12 июня, отпуск с 1 июля'),
    small('从下面的文本中提取公司名称和金额：华星公司支付了三万元，东海集团支付了五万元。'),
    small('次のテキストから人名を抜き出して：昨日、田中さんと佐藤さんが来ました。'),
    small('استخرج أسماء المدن من النص: سافرت من الرباط إلى تونس ثم القاهرة'),
    small('इस टेक्स्ट से सारे फोन नंबर निकालो: राम 98555 01234, सीता 98555 04321'),
    small(`just the timestamps and error codes as a list pls\n${LOG_LINES}`),
    small('Is this spam? Answer only yes or no: "You WON a cruise, click to claim"', {
      options: { max_tokens: 1 },
    }),
    small(
      `get me the invoice number, amount and phone number from this mail\n${EMAIL_OF_A_SUPPLIER}`,
    ),
    medium('Read the total, the VAT and the date from this receipt, as JSON.', { image: true }),
    medium(
      'List every obligation in these pages with who owes it, the deadline and the penalty, as a ' +
        `table:\n${CONTRACT_PAGES}`,
    ),
    medium(`Fill the schema from these notes.\n${MEETING_NOTES}`, {
      options: {
        response_format: { type: 'json_schema', json_schema: { name: 'tasks', schema: {} } },
      },
    }),
    small('which of these are verbs: run, table, sing, blue, eat'),
    small('put in a table pls: Mon 3h, Tue 5h, Wed 2h'),
    small('Give me only the zip codes. 10115 Berlin, Main St 5; 80331 München; 20095 Hamburg'),
    small('Positiv oder negativ? "Das Essen kam kalt und der Kellner war genervt."'),
    small('récupère les adresses mail dans ce message : ecris à lea@ex.fr ou à tom@ex.fr'),
    small('ponlo como lista con guiones: pan, leche, huevos, arroz'),
    small('quais cidades aparecem aqui: saí de Recife, passei por Natal e cheguei em Fortaleza'),
    small('сделай из этого json: имя Иван, возраст 30, город Казань'),
    small('この中の果物だけ教えて：りんご、机、みかん、犬、ぶどう'),
    small('Label the intent (refund, complaint, praise): "your driver was lovely, thank you"', {
      options: { max_tokens: 5 },
    }),
    medium('What are the names and prices on this menu? csv', { image: true }),
    medium(
      `Go through the clauses and give me for each: number, topic, who is bound, amount. CSV.\n${CONTRACT_PAGES}`,
    ),
  ],
  heldOut: [
    small('pull the dates out of this: born 3 May 1987, married 12.6.2010, moved in Aug 2015'),
    small('bullet list please: we need chairs, a projector, two mics and water for ten'),
    small('tag these as fruit or veg: leek, plum, chard, fig'),
    small(
      'yes or no, does this text mention a refund: "We will exchange the item within 14 days."',
    ),
    small('Welche Namen kommen vor? Gestern trafen sich Frau Kern, Herr Özil und Dr. Bauer.'),
    small('mach daraus eine csv: Anna;12, Ben;15, Cleo;9'),
    small('classe ces mots par ordre alphabétique : vélo, arbre, nuage, zèbre'),
    small('separa nombre y apellido: Marta Ruiz, Juan Pérez Gil'),
    small('quale di questi è un verbo: correre, tavolo, blu'),
    small('выпиши все суммы: заплатил 300 рублей за такси и 1200 за обед'),
    small('把电话号码找出来：张三 13800001111，李四 13900002222'),
    small('استخرج التواريخ: وصلت يوم 3 مايو وغادرت يوم 9 يونيو'),
    medium('Digitise this handwritten form: every field with its value, as JSON', { image: true }),
    medium(`Build a table of who promised what until when.\n\n${MEETING_TRANSCRIPT}`),
    medium(`Return the parties, amounts and notice periods.\n${CONTRACT_PAGES}`, {
      options: { response_format: { type: 'json_object' } },
    }),
  ],
})
