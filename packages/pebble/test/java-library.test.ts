import { describe, expect, test } from 'vitest'
import { formatDate } from '../src/date/format.ts'
import { parseDate } from '../src/date/parse.ts'
import { UTC, zoneOf } from '../src/date/zone.ts'
import { formatText } from '../src/formatter/formatter.ts'
import { formatNumber } from '../src/number-format/format.ts'
import { parseNumberPattern } from '../src/number-format/pattern.ts'
import { compileRegex } from '../src/regex/regex.ts'
import { splitBy } from '../src/regex/split.ts'
import { doubleText, javaDigits } from '../src/value/double-text.ts'
import { decodeUtf8, encodeUtf8 } from '../src/value/utf8.ts'
import { JavaDouble } from '../src/value/value.ts'

// The expected values were printed by the classes of the JDK, version 17.

describe('Double.toString', () => {
  test.each([
    [2e23, '1.9999999999999998E23'],
    [1e23, '9.999999999999999E22'],
    [2 ** -44, '5.6843418860808015E-14'],
    [Number.MIN_VALUE, '4.9E-324'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [2.2250738585072014e-308, '2.2250738585072014E-308'],
    [1e7, '1.0E7'],
    [1e-4, '1.0E-4'],
    [2 ** 53, '9.007199254740992E15'],
    [123456789012345680, '1.2345678901234568E17'],
  ])('%f', (value, expected) => expect(doubleText(value)).toBe(expected))

  test('where both are plain, the digits of Java are those of JavaScript', () => {
    for (let i = 1; i < 20_000; i++) {
      const value = (i * 7919.13) / 10 ** (i % 7) / 8
      if (value < 1e-3 || value >= 1e7) continue
      const { digits, exponent } = javaDigits(value, true)
      expect(Number(`0.${digits}e${exponent}`)).toBe(value)
      expect(digits.replace(/0+$/, '').length).toBeLessThanOrEqual(String(value).replace(/\D/g, '').length)
    }
  })
})

describe('Pattern.split', () => {
  const split = (pattern: string, text: string, limit = 0) =>
    splitBy(compileRegex(pattern), text, limit, () => {})

  test.each([
    [',', 'a,b,,c,,', 0, ['a', 'b', '', 'c']],
    [',', 'a,b,,c,,', -1, ['a', 'b', '', 'c', '', '']],
    [',', 'a,b,c', 2, ['a', 'b,c']],
    ['', 'abc', 0, ['a', 'b', 'c']],
    [',', ',', 0, []],
    [',', '', 0, ['']],
    ['\\s*,\\s*', 'a , b,c', 0, ['a', 'b', 'c']],
    ['[,;]+', 'a,;b;', 0, ['a', 'b']],
    ['(?i)X', 'axbXc', 0, ['a', 'b', 'c']],
    ['(?=[A-Z])', 'camelCaseText', 0, ['camel', 'Case', 'Text']],
    ['\\b', 'ab cd', 0, ['ab', ' ', 'cd']],
    ['$', 'abAA,\n', 0, ['abAA,', '\n']],
    ['[a-c&&[^b]]', '1a2b3c4', 0, ['1', '2b3', '4']],
    ['\\Qa.b\\E', '1a.b2axb', 0, ['1', '2axb']],
    ['a{2}|b', 'xaaybz', 0, ['x', 'y', 'z']],
    ['a|ab', 'xaby', 0, ['x', 'by']],
    ['.*?,', 'ab,cd', 0, ['', 'cd']],
    ['\\R', 'a\r\nb\nc', 0, ['a', 'b', 'c']],
    ['\\p{Lu}', 'aBcÄd', 0, ['a', 'c', 'd']],
  ])('%s on %j, limit %i', (pattern, text, limit, expected) => {
    expect(split(pattern, text, limit)).toEqual(expected)
  })

  test.each(['[', '(', ')', '*', 'a**', 'a{2', '{', '[b-a]', '\\', '\\y', '(?z)', '\\p{Nope}', 'a{2,1}'])(
    '%s is wrong',
    (pattern) => {
      expect(() => compileRegex(pattern)).toThrow(expect.objectContaining({ kind: 'runtime' }))
    },
  )

  test('characters beyond the basic plane are one character', () => {
    expect(split('.', 'a😀b', -1)).toEqual(['', '', '', ''])
    expect(split('[😀]', 'a😀b')).toEqual(['a', 'b'])
  })
})

describe('DecimalFormat', () => {
  const format = (value: number | bigint, pattern: string) =>
    formatNumber(typeof value === 'bigint' ? value : new JavaDouble(value), parseNumberPattern(pattern))

  test.each([
    [2.675, '0.00', '2.67'],
    [0.125, '0.00', '0.12'],
    [-0.4, '#', '-0'],
    [1234.5, '', '1,234.5'],
    [12345n, '##0.##E0', '12.345E3'],
    [0, '0.###E0', '0E0'],
    [-5, '0.00;N0.00M', 'N5.00M'],
    [-5, '0;0', '-5'],
    [7, "a''b0", "a'b7"],
    [0.5, '.00', '.50'],
    [12, '#.', '12.'],
  ])('%f as %s', (value, pattern, expected) => expect(format(value, pattern)).toBe(expected))

  test.each(['0.0.0', '#0#', '#,', '0E', "'0", '0#.#', '0,0.0,0', '%0\u2030'])('%s is wrong', (pattern) => {
    expect(() => parseNumberPattern(pattern)).toThrow(/number pattern/)
  })
})

describe('Formatter', () => {
  const format = (text: string, ...args: Parameters<typeof formatText>[1]) => formatText(text, args, () => {})
  const double = (value: number) => new JavaDouble(value)

  test.each([
    ['%08.2f', double(-3.75), '-0003.75'],
    ['%,(.2f', double(-1234567.891), '(1,234,567.89)'],
    ['%.2f', double(1.005), '1.01'],
    ['%.0f', double(0.5), '1'],
    ['%e', double(0), '0.000000e+00'],
    ['%g', double(0.0001), '0.000100000'],
    ['%g', double(1e6), '1.00000e+06'],
    ['%a', double(1), '0x1.0p0'],
    ['%.2a', double(1.999), '0x1.00p1'],
    ['%x', -1n, 'ffffffffffffffff'],
    ['%x', -1, 'ffffffff'],
    ['%+d', 5n, '+5'],
    ['%S', 'straße', 'STRASSE'],
    ['%h', 'hello', '5e918d2'],
    ['%b', null, 'false'],
    ['%5%|', 'x', '    %|'],
    ['%tF %<tT', 1700000000000n, '2023-11-14 22:13:20'],
    ['%f', double(Number.NEGATIVE_INFINITY), '-Infinity'],
  ])('%s', (pattern, value, expected) => expect(format(pattern, value)).toBe(expected))

  test.each(['%d', '%q', '%', '%-d', '%0d', '%#s', '%.2d', '%-05d', '%+ d', '%tq', '%5n', '%2$s'])(
    '%s fails for 1.5',
    (pattern) => {
      expect(() => format(pattern, double(1.5))).toThrow()
    },
  )
})

describe('SimpleDateFormat', () => {
  test.each([
    [
      1700000000000,
      "EEE, d MMM yyyy HH:mm:ss.SSS zzz 'at' z",
      'America/New_York',
      'Tue, 14 Nov 2023 17:13:20.000 EST at EST',
    ],
    [1700000000000, 'YYYY ww W D F u k K', 'UTC', '2023 46 3 318 2 2 22 10'],
    [1735603200000, 'YYYY-ww', 'UTC', '2025-01'],
    [1700000000000, 'Z X XX XXX', 'Asia/Kolkata', '+0530 +05 +0530 +05:30'],
    [-14831769600000, 'yyyy-MM-dd G', 'UTC', '1499-12-23 AD'],
    [-63549360000000, 'y G', 'UTC', '45 BC'],
    [-2500000000000, 'HH:mm Z', 'Asia/Kathmandu', '01:18 +0545'],
    [1720000000000, 'zzzz z', 'Europe/Berlin', 'Central European Summer Time CEST'],
  ])('%i as %s', (epochMs, pattern, zone, expected) => {
    expect(formatDate(epochMs, pattern, zoneOf(zone))).toBe(expected)
  })

  test.each([
    ['31/02/2024', 'dd/MM/yyyy', 1709337600000],
    ['2024-05-01T10:20:30+02:00', "yyyy-MM-dd'T'HH:mm:ssXXX", 1714551630000],
    ['Wed, 01 May 2024 10:20:30 EST', 'EEE, dd MMM yyyy HH:mm:ss z', 1714576830000],
    ['20240501', 'yyyyMMdd', 1714521600000],
    ['12:05 am', 'h:mm a', 300000],
    ['99-1-1', 'yy-M-d', 915148800000],
    ['2024-060', 'yyyy-DDD', 1709164800000],
  ])('%s as %s', (text, pattern, expected) => expect(parseDate(text, pattern, UTC)).toBe(expected))

  test.each([
    ['', 'yyyy'],
    ['abc', 'yyyy'],
    ['2024-05-01T10:20:30+2:00', "yyyy-MM-dd'T'HH:mm:ssXXX"],
  ])('%j is no %s', (text, pattern) => expect(() => parseDate(text, pattern, UTC)).toThrow(/is no date/))
})

describe('UTF-8', () => {
  test('what is malformed is replaced', () => {
    expect(encodeUtf8('aä€😀\ud83d')).toEqual([97, 195, 164, 226, 130, 172, 240, 159, 152, 128, 63])
    expect(decodeUtf8([97, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80])).toBe(
      'a\ufffd(\ufffd😀\ufffd\ufffd\ufffd',
    )
  })
})
