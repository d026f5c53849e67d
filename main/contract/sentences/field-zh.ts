import type { fieldSentences } from './field-en.ts'

export const fieldZh: Readonly<Record<keyof typeof fieldSentences, string>> = {
  'field-missing': '缺少 {field}',
  'field-empty': '{field} 为空',
  'field-least': '{field} 至少为 {least}',
  'field-above': '{field} 必须大于 {least}',
  'field-most': '{field} 最多为 {most}',
  'field-too-long': '{field} 过长；最多 {most}',
  'field-too-short': '{field} 过短；至少需要 {least}',
  'field-whole': '{field} 必须是整数',
  'field-number': '{field} 必须是数字',
  'field-kind': '{field} 的值类型不对',
  'field-choice': '{field} 必须是以下之一：{list}',
  'field-form': '{field} 的格式不对',
  'field-unknown': '没有字段 {field}',
  'too-many-requests': '同时请求过多',
  'connection-lost': '与 Drydock 的连接已断开',
  'field-problem': '字段 {field} 被拒绝：{~why}',
}
