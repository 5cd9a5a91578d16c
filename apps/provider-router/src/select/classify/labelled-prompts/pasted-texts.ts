/** What people paste into a chat, long enough to be realistic. */

export const EMAIL_OF_A_SUPPLIER = `Hi Maria,

thanks for taking the time on Tuesday. As discussed we can hold the 2024 price for the first 400 units, but
anything above that would have to be quoted again, because our own costs for the aluminium parts went up by nine
percent in March. I also spoke to our warehouse in Rotterdam: they can reserve the stock until the 14th of June at
the latest, and would need your written order by then. Why so early? The next container only arrives in August.

One more thing, and I am sorry to bring it up again: the invoice of 3 February (no. 20417, EUR 8,214.50) is still
open. Please check with your accounting whether it got lost. If there is a problem with it, call me and we will find
a solution. If not, it would be great to see it settled before we confirm the new order.

Say hello to Tom from me, and enjoy the long weekend!

Best regards,
Henk van Dijk
Tel. +31 10 555 0142
`

export const E_MAIL_EINER_HAUSVERWALTUNG = `Sehr geehrte Damen und Herren,

wie bereits angekündigt werden in der Woche vom 12. bis 16. Mai die Heizungsventile in allen Wohnungen getauscht.
Die Firma Kessler braucht dafür je Wohnung etwa 45 Minuten. Bitte stellen Sie sicher, dass am 13. Mai zwischen 8 und
12 Uhr jemand zu Hause ist, oder geben Sie den Schlüssel bis zum 9. Mai im Büro ab. Während der Arbeiten gibt es
kein warmes Wasser. Wer den Termin nicht wahrnehmen kann, meldet sich bitte bis zum 5. Mai unter 030 555 01 17.

Mit freundlichen Grüßen
Ihre Hausverwaltung
`

const MINUTES_OF_ONE_POINT = `Anna said the migration to the new billing system slipped by two weeks because the
bank's sandbox was down. Jorge asked whether invoices of March would still go out on time; Anna thinks so, but wants
finance to double-check the VAT lines. Priya offered to write the checks by Thursday. We agreed to freeze the old
system on the 28th, and to tell support a week before. Open: who pays for the extra month of hosting? Tom will ask.
Lena was worried that customers with two contracts see both totals; nobody knew. She will look at ten accounts.
`

/** About 2,700 characters. */
export const MEETING_NOTES = MINUTES_OF_ONE_POINT.repeat(5)
/** About 13,000 characters. */
export const MEETING_TRANSCRIPT = MINUTES_OF_ONE_POINT.repeat(24)

const CLAUSE = `7.3 The Supplier shall indemnify the Customer against all losses arising from any third-party claim that
the Services infringe intellectual property rights, save where the claim results from Customer Materials. The total
liability of either party in any contract year shall not exceed one hundred and twenty-five percent (125 %) of the
Fees paid in that year, except for liability that cannot be limited by law. 7.4 The Supplier must notify any breach
within forty-eight (48) hours; failing this, a service credit of 5 % of the monthly Fees becomes due. `

export const CONTRACT_CLAUSE = CLAUSE
/** About 4,000 characters. */
export const CONTRACT_PAGES = CLAUSE.repeat(8)
/** About 40,000 characters. */
export const WHOLE_CONTRACT = CLAUSE.repeat(80)

export const PYTHON_TRACEBACK = `Traceback (most recent call last):
  File "/app/report.py", line 88, in <module>
    main()
  File "/app/report.py", line 61, in main
    total = sum(row["amount"] for row in rows)
TypeError: unsupported operand type(s) for +: 'int' and 'str'`

export const JQUERY_PAGE = `$(function () {
  var page = 1;
  $('#more').on('click', function () {
    page = page + 1;
    $.getJSON('/api/orders?page=' + page, function (data) {
      for (var i = 0; i < data.items.length; i++) {
        var row = $('<tr>').append($('<td>').text(data.items[i].name));
        $('#orders').append(row.addClass(i % 2 ? 'odd' : 'even'));
      }
    });
  });
});
`.repeat(20)

export const GO_WORKER_POOL = `\`\`\`go
func (p *Pool) Submit(job Job) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.jobs <- job
	return nil
}

func (p *Pool) worker() {
	for job := range p.jobs {
		p.mu.Lock()
		p.running++
		p.mu.Unlock()
		job.Run()
		p.mu.Lock()
		p.running--
		p.mu.Unlock()
	}
}
\`\`\``
