import type { toolchainSentences } from './toolchain-en.ts'

export const toolchainZh: Readonly<Record<keyof typeof toolchainSentences, string>> = {
  'toolchain-there': '{name} 已存在',
  'toolchain-there-in': '{name} 已存在，位于 {folder}；请以其他版本接管此工具链',
  'toolchain-choose-version': '{name} 已存在；请选择其他版本',
  'toolchain-import-there': '{name} 已存在；请以其他版本导入',
  'toolchain-no-folder': '文件夹 {folder} 不存在',
  'toolchain-used': '{name} 正由 {runners} 使用；请先在那里取下',
  'toolchain-not-by-hand': '配置中没有手工写入的位于 {folder} 的工具链',
  'toolchain-archive-place': '请写出归档文件的完整路径；“{file}”不以“/”开头',
  'toolchain-no-dialog': '此处无法显示对话框；请输入路径',
  'toolchain-file-errors': '配置有错误；可用“drydock lint”查看',
}
