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
  'toolchain-assigned-already': '{runner}에 이미 {name}이(가) 있습니다',
  'toolchain-no-docker':
    '{runner}에 [runners.docker]가 없습니다. Docker 작업만 {name}을(를) 마운트할 수 있습니다',
  'toolchain-variable-taken':
    '{runner}은(는) {key}을(를) “{value}”(으)로 정하지만 {name}에는 “{wanted}”이(가) 필요합니다. environment에서 항목을 빼거나 툴체인을 바꾸세요',
  'toolchain-mount-taken':
    '{runner}은(는) {name}의 자리 {mount}에 “{spec}”을(를) 마운트합니다. 그 볼륨을 빼거나 “drydock toolchain adopt”로 관리하세요',
  'trap-stray-colon': '{name}이(가) 없으면 “{to}”이(가) “:”로 끝나 프로그램이 작업 디렉터리를 뒤지게 됩니다',
  'trap-system-folder':
    '볼륨 “{spec}”이(가) 모든 이미지가 {folder}에 둔 것을 가립니다. 헬퍼 이미지의 git도 포함됩니다',
  'trap-below-opt': '대신 /opt 아래에 마운트하세요: “{to}”',
  'trap-closed-to-user':
    '볼륨 “{spec}”은(는) 이미지가 root에게만 여는 /root에 있는데 작업은 {user}(으)로 실행됩니다([runners.docker]의 “user”)',
  'trap-mount-at': '대신 {to}에 마운트하세요',
  'trap-linked-folder':
    '{folder}은(는) {real}(으)로 가는 링크입니다. 링크가 바뀌면 실행 중인 작업의 다음 단계가 다른 툴체인을 보게 됩니다',
  'trap-name-real': '실제 폴더 {real}을(를) 지정하세요',
  'trap-selinux': '이 컴퓨터는 SELinux를 강제하므로 컨테이너는 레이블이 붙은 것만 읽을 수 있습니다',
  'trap-label-once': '폴더에 레이블을 한 번 붙이세요',
  'trap-own-libc':
    '{folder}에 C 라이브러리({libc})가 있습니다. LD_LIBRARY_PATH에 있으면 이미지의 프로그램도 불러와 sh, git, make가 죽습니다',
  'trap-leave-out':
    '라이브러리 경로에서 {folder}을(를) 빼고, 툴체인 프로그램이 RUNPATH나 래퍼로 라이브러리를 찾게 하세요',
  'trap-closed-mount': '{mount}은(는) {folder}에 있는데 {image}의 사용자 {user}에게 닫혀 있습니다',
}
