import type { RecordWords } from './en.ts'

export const record: RecordWords = {
  resources: {
    title: '메모리와 프로세서',
    hint: '엔진이 몇 초마다 센 값입니다. 더 짧은 최고치는 빠질 수 있습니다.',
    container: '컨테이너',
    now: '현재',
    most: '최대 메모리',
    limit: '제한',
    cpuTime: 'CPU 시간',
    none: '없음',
    roles: { build: '빌드', helper: '헬퍼', service: '서비스' },
    memory: (used) => `메모리 ${used}`,
    memoryOf: (used, limit) => `메모리 ${used} / ${limit}`,
    cpus: (busy) => `CPU ${busy}개`,
    cpusOf: (busy, limit) => `CPU ${busy} / ${limit}`,
    mostMemory: (used) => `최대 메모리 ${used}`,
    usedUp: (limit) => `메모리 제한 ${limit}을(를) 모두 사용했습니다.`,
    seenInUse: (used, limit) => `메모리 제한은 ${limit}이며, 사용량 ${used}까지 관찰되었습니다.`,
  },
  recreate: {
    title: '같은 컨테이너 직접 실행',
    hint: '같은 이미지, 마운트, 사용자, 제한과 툴체인의 프로그램을 갖춘 셸입니다. 변수는 이름만 있으며 값은 docker가 터미널에서 가져옵니다. 서비스는 포함되지 않습니다.',
  },
  exportJobs: {
    title: '이 작업들 내보내기',
    as: { csv: 'CSV로 내보내기', json: 'JSON으로 내보내기' },
    writing: (share) => `내보내는 중… ${share}`,
    stop: '내보내기 중지',
    failed: (why) => `내보내기가 중단되었습니다: ${why}`,
  },
  moved: {
    title: '네트워크 전송',
    images: '이미지',
    toolchains: '툴체인 (마운트)',
  },
}
