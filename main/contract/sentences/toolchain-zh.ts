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
  'toolchain-assigned-already': '{runner} 已有 {name}',
  'toolchain-no-docker': '{runner} 没有 [runners.docker]；只有 Docker 作业可以挂载 {name}',
  'toolchain-variable-taken':
    '{runner} 将 {key} 设为“{value}”，而 {name} 需要“{wanted}”；请从 environment 中移除该项，或修改工具链',
  'toolchain-mount-taken':
    '{runner} 在 {name} 的位置 {mount} 挂载了“{spec}”；请移除该卷，或用“drydock toolchain adopt”接管',
  'trap-stray-colon': '未设置 {name} 时，“{to}”以“:”结尾，程序会在工作目录中查找',
  'trap-system-folder': '卷“{spec}”遮住了每个镜像保存在 {folder} 中的内容，包括辅助镜像的 git',
  'trap-below-opt': '改为挂载到 /opt 之下：“{to}”',
  'trap-closed-to-user':
    '卷“{spec}”位于 /root，镜像只允许 root 进入，而作业以 {user} 运行（[runners.docker] 中的“user”）',
  'trap-mount-at': '改为挂载到 {to}',
  'trap-linked-folder':
    '{folder} 是指向 {real} 的链接：链接改向后，正在运行的作业的下一阶段会看到另一个工具链',
  'trap-name-real': '请填写真实的文件夹 {real}',
  'trap-selinux': '本机启用了 SELinux 强制模式，容器只能读取带有相应标签的内容',
  'trap-label-once': '为该文件夹设置一次标签',
  'trap-own-libc':
    '{folder} 中有 C 库（{libc}）；放在 LD_LIBRARY_PATH 上时，镜像自己的程序也会加载它，sh、git 或 make 会崩溃',
  'trap-leave-out': '不要把 {folder} 放进库路径，让工具链的程序通过 RUNPATH 或包装脚本找到自己的库',
  'trap-closed-mount': '{mount} 位于 {folder}，而 {image} 的用户 {user} 无法进入',
}
