import type { toolchainSentences } from './toolchain-en.ts'

export const toolchainKo: Readonly<Record<keyof typeof toolchainSentences, string>> = {
  'toolchain-there': '{name}이(가) 이미 있습니다',
  'toolchain-there-in': '{name}이(가) 이미 {folder}에 있습니다. 이 툴체인은 다른 버전으로 관리하세요',
  'toolchain-choose-version': '{name}이(가) 이미 있습니다. 다른 버전을 고르세요',
  'toolchain-import-there': '{name}이(가) 이미 있습니다. 다른 버전으로 가져오세요',
  'toolchain-no-folder': '{folder} 폴더가 없습니다',
  'toolchain-used': '{runners}에서 {name}을(를) 사용합니다. 먼저 거기서 빼세요',
  'toolchain-not-by-hand': '{folder}의 툴체인이 설정에 직접 쓰여 있지 않습니다',
  'toolchain-archive-place': '압축 파일의 전체 경로를 쓰세요. “{file}”은(는) “/”로 시작하지 않습니다',
  'toolchain-no-dialog': '여기서는 대화 상자를 표시할 수 없습니다. 경로를 입력하세요',
  'toolchain-file-errors': '설정에 오류가 있습니다. “drydock lint”로 볼 수 있습니다',
}
