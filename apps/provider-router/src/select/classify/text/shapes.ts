/**
 * What code and formulas look like. Each repetition is bounded, so that the time is linear in the text, whatever the
 * text (a test holds us to it). Patterns begin with a rare sign and look behind it: most texts are then skipped quickly.
 */
export const SHAPES = {
  stackTrace:
    /^[ \t]{0,20}(?:Traceback \(most recent|at [\w$.<>/]{1,120} ?\(|File "[^"\n]{1,200}", line \d|Caused by: |panic: |goroutine \d)/m,
  errorName: /\b[A-Z][A-Za-z]{2,40}(?:Error|Exception)\b/,
  diff: /^(?:diff --git |@@ -\d|\+\+\+ [ab]\/|--- [ab]\/)/m,
  sql: /\bSELECT\b[^;]{1,200}?\bFROM\b|\bselect \* from\b|\bselect [\w*., ()]{1,100} from \w{1,40}(?: \w{1,20})? (?:where|join|left|inner|group|order|limit)\b|\b(?:INSERT INTO|CREATE TABLE|ALTER TABLE|create table|alter table|insert into) \w/,
  statement:
    /^[ \t]{0,40}(?:def \w{1,60}\(|(?:async )?function \w{0,60}\(|(?:export )?(?:const|let|var) \w{1,60} ?=|class \w{1,60} ?[:{(]|import [\w{*]|from \w{1,60} import|#include ?[<"]|(?:public|private|protected) \w|fn \w{1,60}[(<]|func [\w(]|<\/?[a-z]{1,20}[ >])/m,
  lineEnding: /[;{][ \t]{0,4}\n[^\n]{0,200}[;{}][ \t]{0,4}(?:\n|$)/,
  identifier:
    /(?<=\b[a-z]{2,30})[A-Z][a-z]|(?<=\b\w{2,40})\((?:\)|["'])|(?<=[a-z]{2})_[a-z]{2}|`[^`\n]{2,80}`/,
  latex:
    /\\(?:frac|int|sum|sqrt|mathbb|mathcal|lim|prod|begin|alpha|beta|to|infty|le|ge|in|cdot)\b|\$[^$\n]{0,40}[\\^_=<>+][^$\n]{0,80}\$|\$[A-Za-z]{1,3}\$/,
  equation:
    /(?<=[\dx-z)\]] ?)[=≤≥] ?[-\d(x-z]|\([a-z]\) ?=|(?<=\b[a-z])\^ ?[\d({-]|[√∫∑∞≤≥²³]|(?<=\bsqrt)\(|(?<=\b(?:sin|cos|tan|log|ln) ?)[\dx(]/,
  arithmetic:
    /\d ?[+*×÷^] ?\(?\d|\d (?:x|-|times|plus|minus|mal|fois|por|per|vezes|veces|умножить на) \d|\d ?% ?(?:of|off|von|de|di|от|का)\b|\d ?%的/,
  theoremOpening:
    /\b(?:[Ll]et|[Ss]ei|[Ss]oit|[Ss]ean?|[Ss]ia|[Ss]eja) \$?[A-Za-z]\$?(?:,| be | ein| un|\()|Пусть |设 ?[a-zA-Z]|とするとき/,
  markup: /<[a-z]{1,20} [a-z-]{1,20}=["']|<\/[a-z]{1,20}>/,
  powers: /(?<=\b[a-z] ?)(?:\^|\*\*) ?[\d({]|(?<=\b[a-z])[²³]/,
  unitConversion:
    /\d[^.?!\n]{0,24} (?:to|in|into|en|em|nach|a) (?:km|kilometers?|kilometres?|miles?|kg|kilos?|lbs?|pounds?|feet|ft|inch(?:es)?|cm|mm|celsius|fahrenheit|kelvin|ounces?|oz|lit(?:er|re)s?|gallons?|met(?:er|re)s?|cups?|grams?|ml|hours?|minutes?|seconds?|meilen|pfund|metros?|litros?|horas?|minutos?)\b/,
  numberWithUnit:
    /\d ?(?:km|m|cm|kg|g|h|hours?|minutes?|days?|tage|stunden|heures|horas|ore|%|€|\$|°|mph|miles|л|м|км|кг|元|円)(?![a-z])/gi,
} satisfies Readonly<Record<string, RegExp>>
