import { labelled, medium, small } from './labelled-prompt.ts'
import {
  CONTRACT_PAGES,
  EMAIL_OF_A_SUPPLIER,
  E_MAIL_EINER_HAUSVERWALTUNG,
  MEETING_NOTES,
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
  ],
  heldOut: [],
})
