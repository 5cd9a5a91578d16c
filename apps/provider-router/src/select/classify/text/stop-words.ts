/** The commonest little words, those left out that neighbours share and that would only draw level. */
export const STOP_WORDS = {
  en: `the and is are was of to what how this that with for you my it can do does in on from have not be an at which
    when why who whats where should would me please i a make write give`,
  de: `der die das und ist nicht ein eine einen mit für auf wie was ich du wir sie bitte mir dem den von zu im am
    warum wer welche kann soll schreib zwischen aus nach bei auch oder immer nie wenn hat haben wird`,
  fr: `le la les de en et est une des du que qui dans pour sur avec je tu nous vous mon ma mes pas ce cette au aux quelle
    quel comment pourquoi est-ce entre moi sont`,
  es: `el la los las de y es una del que en por para con mi tu se lo como qué cuál cuánto cuántos está este esta quiero
    puedes al sobre entre son`,
  pt: `o os as e é de uma do da dos das que em no na por para com meu minha você não como qual isso este um são está
    quero pode ao pra sobre entre`,
  it: `il lo la gli le e è una del della dei che in per con mio mia non come qual quale quanto questo questa un sono
    vorrei puoi di tra nel`,
  nl: `het een is niet van voor met hoe wat ik je jij wij dit dat zijn kan mijn waarom welke tussen naar ook`,
  pl: `w na z do nie jest się że jak co to dla mi czy dlaczego jaki jaka moje oraz przez od po za`,
  tr: `ve bir bu için ile nasıl ne mi mı nedir var yok benim çok neden hangi kadar bana olarak`,
  vi: `là và của có không cho tôi bạn này một các những được trong với như thế nào gì hãy`,
  id: `dan yang di ke dari untuk dengan apa itu ini saya adalah bagaimana tidak mengapa tolong buatkan pada`,
  sv: `och är en ett att det som på för med inte jag du hur vad kan av till varför min`,
} as const
