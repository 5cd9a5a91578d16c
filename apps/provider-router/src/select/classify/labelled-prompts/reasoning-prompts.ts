import { labelled, large, medium } from './labelled-prompt.ts'

export const reasoningPrompts = labelled('reasoning', {
  tuning: [
    medium('pros and cons of renting vs buying in a mid-size city'),
    medium('compare postgres and mysql for a small saas'),
    medium('Why did the western Roman Empire collapse? What are the main competing explanations?'),
    medium('should i learn rust or go first? i do mostly backend stuff in php'),
    medium('plan a 5 day trip to Portugal with two small kids and no car'),
    medium('Was spricht für und was gegen eine Vier-Tage-Woche in einem kleinen Betrieb?'),
    medium('Pourquoi les taux d’intérêt font-ils baisser le prix des obligations ?'),
    medium('compara las ventajas y desventajas de un coche eléctrico y uno híbrido'),
    medium('analise os impactos do trabalho remoto na produtividade das equipes'),
    medium('quali sono i pro e i contro di aprire una partita iva forfettaria?'),
    medium('почему распался СССР? назови главные причины и как они связаны'),
    medium('分析一下远程办公的优缺点'),
    medium('電気自動車とハイブリッド車を比較して、どちらがいいか教えて'),
    medium('قارن بين العمل الحر والوظيفة الثابتة'),
    medium('ऑनलाइन पढ़ाई के फायदे और नुकसान बताओ'),
    medium('what would happen to the tides if the moon were twice as close?'),
    large(
      'Five friends live in five houses in a row. Ann lives left of Bob, Cem is not at an end, the ' +
        'doctor lives next to the baker, Dee is two houses from Eva, who keeps the cat. Who can ' +
        'live in the middle? Think step by step.',
    ),
    large(
      'I take warfarin and my dentist gave me ibuprofen for the pain. Is that safe, and what do I ' +
        'do until Monday?',
    ),
    large(
      'My landlord wants to evict me for his own use after 14 years. I have the notice here. What ' +
        'are my rights, which deadlines run, and should I object?',
    ),
    large(
      'I am 52, have 80k in savings and a mortgage of 140k at 1.9 % until 2028. Should I pay it ' +
        'down, invest, or put more in my pension? Consider taxes and a possible job loss.',
    ),
    large(
      'Schedule 9 talks in 3 rooms over one day: Kim only before noon, no two security talks at ' +
        'once, Lee and Ono must not overlap, keynotes in room A, at most one gap per room. Give a ' +
        'timetable or show that there is none.',
    ),
    large(
      'Develop a market entry strategy for our B2B payroll software in Poland: segments, pricing, ' +
        'competitors, risks, a 12-month plan with a budget of 400k, and what would make us stop.',
    ),
    large(
      'Meine Mutter (78) nimmt Ramipril und Metoprolol und ihr ist seit gestern schwindlig, der ' +
        'Blutdruck ist 95 zu 60. Was sollen wir tun?',
    ),
    large(
      'Read the argument: "If determinism is true we never act freely; blame needs freedom; so ' +
        'nobody is to blame." Find its hidden premises, the strongest objection to each, and say ' +
        'which of them survives.',
    ),
    large('is it better to fix or lease', { options: { reasoning_effort: 'high' } }),
  ],
  heldOut: [],
})
