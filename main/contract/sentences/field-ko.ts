import type { fieldSentences } from './field-en.ts'

export const fieldKo: Readonly<Record<keyof typeof fieldSentences, string>> = {
  'field-missing': '{field}이(가) 없습니다',
  'field-empty': '{field}이(가) 비어 있습니다',
  'field-least': '{field}은(는) {least} 이상이어야 합니다',
  'field-above': '{field}은(는) {least}보다 커야 합니다',
  'field-most': '{field}은(는) {most} 이하여야 합니다',
  'field-too-long': '{field}이(가) 너무 깁니다. 최대 {most}입니다',
  'field-too-short': '{field}이(가) 너무 짧습니다. 최소 {least}이(가) 필요합니다',
  'field-whole': '{field}은(는) 정수여야 합니다',
  'field-number': '{field}은(는) 숫자여야 합니다',
  'field-kind': '{field} 값의 종류가 맞지 않습니다',
  'field-choice': '{field}은(는) 다음 중 하나여야 합니다: {list}',
  'field-form': '{field}의 형식이 맞지 않습니다',
  'field-unknown': '{field} 항목이 없습니다',
  'too-many-requests': '동시에 요청이 너무 많습니다',
  'connection-lost': 'Drydock과의 연결이 끊어졌습니다',
  'field-problem': '{field} 항목이 거부되었습니다: {~why}',
}
