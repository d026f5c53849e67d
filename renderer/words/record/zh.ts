import type { RecordWords } from './en.ts'

export const record: RecordWords = {
  resources: {
    title: '内存与处理器',
    hint: '引擎每隔几秒统计一次，更短的峰值可能未被记录。',
    container: '容器',
    now: '当前',
    most: '内存峰值',
    limit: '上限',
    cpuTime: 'CPU 时间',
    none: '无',
    roles: { build: '构建', helper: '辅助', service: '服务' },
    memory: (used) => `内存 ${used}`,
    memoryOf: (used, limit) => `内存 ${used} / ${limit}`,
    cpus: (busy) => `${busy} 个 CPU`,
    cpusOf: (busy, limit) => `CPU ${busy} / ${limit}`,
    mostMemory: (used) => `内存峰值 ${used}`,
    usedUp: (limit) => `内存上限为 ${limit}，已全部用完。`,
    seenInUse: (used, limit) => `内存上限为 ${limit}，观测到已用 ${used}。`,
  },
  recreate: {
    title: '自行运行同样的容器',
    hint: '一个 Shell，使用相同的镜像、挂载、用户和限制，并可使用作业的工具链。变量只有名称，docker 从您的终端取得它们的值；不包含服务。',
  },
  exportJobs: {
    title: '导出这些作业',
    as: { csv: '导出为 CSV', json: '导出为 JSON' },
    writing: (share) => `正在导出… ${share}`,
    stop: '停止导出',
    failed: (why) => `导出中断：${why}`,
  },
  moved: {
    title: '网络传输',
    images: '镜像',
    toolchains: '工具链（挂载）',
  },
}
