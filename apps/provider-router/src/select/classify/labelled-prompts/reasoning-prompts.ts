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
    medium(
      'thinking of quitting my job to travel for a year, talk me through what speaks against it',
    ),
    medium('electric or gas oven, which one and why'),
    medium('How did the printing press change politics in Europe over the following century?'),
    medium('my team ignores code freeze every release. how would you get them to stick to it?'),
    medium('Wie bringe ich einen Dreijährigen dazu, in seinem eigenen Bett zu schlafen?'),
    medium(
      'quel est le plus rentable entre le train et la voiture pour un trajet quotidien de 60 km ?',
    ),
    medium('ayúdame a organizar mis estudios: 4 exámenes en 3 semanas y trabajo por las tardes'),
    medium('por que países com muito petróleo muitas vezes continuam pobres?'),
    medium('如果地球没有月亮，人类文明会有什么不同？'),
    large(
      'Two doors, two guards. One guard always lies, the other answers at random. You may ask two ' +
        'yes-no questions in total. Can you find the safe door for certain? Justify.',
    ),
    large(
      'my dad had a stroke last year and is on blood thinners. he just fell and hit his head but says hes fine. wait or ER?',
    ),
    large(
      'Ich habe eine fristlose Kündigung bekommen, weil ich angeblich Daten kopiert habe. Was muss ich jetzt bis wann machen?',
    ),
    large(
      'We are two founders with 50/50, he wants to leave after 18 months and keep all his shares. ' +
        'No vesting was agreed. What are my options, what would a court likely say, and how do I ' +
        'negotiate this without killing the company?',
    ),
    large(
      'Seat eight people at a round table: Ivo never beside Jan, Kai opposite Lea, Mia between two ' +
        'men, Nil and Ola at most one seat apart, Pia left of Kai. Is there one way, several, or none?',
    ),
    large(
      'Tengo una hipoteca variable y me ofrecen pasarla a fija al 2,9 %. Me quedan 18 años y 160.000 €. ¿Qué hago y a partir de qué euríbor compensa?',
    ),
    large(
      'Take the strongest case for and against moral realism, reconstruct each in numbered steps, ' +
        'attack the weakest step of both, and tell me where that leaves us.',
    ),
  ],
  heldOut: [
    medium('why do small shops fail more often in the third year than in the first?'),
    medium(
      'our open source project gets 50 issues a week and two of us maintain it, how do we cope',
    ),
    medium('heat pump vs district heating for a 1970s flat'),
    medium('What might have happened if Rome had never conquered Egypt?'),
    medium(
      'make me a training schedule for a half marathon in 12 weeks, i can run three times a week',
    ),
    medium('Mein Chef lobt alle außer mich. Wie spreche ich das an, ohne beleidigt zu klingen?'),
    medium('Ist es sinnvoller, eine alte Heizung zu reparieren oder gleich zu ersetzen?'),
    medium('pourquoi les gens votent-ils contre leurs intérêts économiques ?'),
    medium('qué criterios usarías para elegir colegio para mi hijo'),
    medium('quais as diferenças entre o sistema político do Brasil e o de Portugal?'),
    medium('come convinco i miei a lasciarmi studiare all’estero?'),
    medium('почему в одних странах пьют больше кофе, а в других чая?'),
    medium('小公司要不要上ERP，帮我分析一下'),
    medium('Hoe overtuig ik mijn huisgenoten om een schoonmaakrooster te maken?'),
    large(
      'A, B and C each wear a red or blue hat, see the others, and know at least one is red. A says ' +
        'he cannot tell, then B says the same. What does C know, and does the order matter? Prove it.',
    ),
    large(
      'My baby is 5 weeks old, 38.6 fever, drinking less. It is Sunday night. Do we need to go in?',
    ),
    large(
      'Mon employeur veut me faire signer une rupture conventionnelle alors que je suis en arrêt maladie. Quels sont mes droits et que dois-je négocier ?',
    ),
    large(
      'I got a letter from the tax office that I owe 23,000 for 2021 because of crypto gains I never cashed out. What can I do?',
    ),
    large(
      'Find the flaw: "Everybody who trains daily wins. Kim won. So Kim trains daily." Then build a ' +
        'version that is valid, one that is sound, and explain in depth why people fall for the first.',
    ),
    large(
      'Assign 6 nurses to 3 shifts over a week: nobody works a night and then an early shift, everyone ' +
        'has at least two days off, Mo never at weekends, each shift needs exactly two. Possible?',
    ),
    large(
      'Minha mãe toma varfarina e o dentista receitou amoxicilina, é perigoso? O que devemos fazer?',
    ),
    large(
      'Write up a risk assessment for moving our factory from Italy to Romania: labour, logistics, ' +
        'tax, politics, currency, with probabilities, mitigations and a recommendation for the board.',
    ),
  ],
})
