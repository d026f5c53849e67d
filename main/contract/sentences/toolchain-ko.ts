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
  'trap-closed-mount':
    '{mount}은(는) {folder}에 있는데 {image}에서 작업을 실행하는 사용자 {user}에게 닫혀 있습니다',
  'trap-entry': 'environment의 “{entry}”: {~why}',
  'trap-volume-refused': '볼륨 “{spec}”은(는) 거부됩니다: {~why}',
  'trap-correct-volume': 'volumes의 항목을 고치세요',
  'trap-volume-instead': '항목을 “{to}”(으)로 바꾸세요',
  'trap-line-instead': '그 줄을 {to}(으)로 바꾸세요',
  'trap-private-label':
    '볼륨 “{spec}”의 “Z”는 폴더 레이블을 한 컨테이너용으로 바꿉니다. 헬퍼와 빌드가 서로 빼앗게 됩니다',
  'trap-mount-plainly': '옵션 없이 마운트하세요: “{to}”',
  'trap-label-on-host': 'SELinux가 강제 모드라면 호스트에서 레이블을 한 번 붙이세요: {command}',
  'trap-volume-unseen':
    '{url}의 엔진에는 {name}이(가) 든 볼륨 {volume}이(가) 없습니다. 작업은 빈 볼륨을 보게 됩니다',
  'trap-bring-again': '그곳에 다시 가져가세요',
  'trap-folder-unseen': '{url}의 엔진에는 {folder} 폴더가 없습니다. 작업은 빈 폴더를 보게 됩니다',
  'trap-folder-other': '{url}의 엔진에는 {folder}에 다른 폴더가 있습니다. 작업은 빈 폴더를 보게 됩니다',
  'trap-share-desktop':
    'Docker Desktop 설정의 Resources, File sharing에서 공유하거나 볼륨으로 엔진에 가져가세요',
  'trap-put-there': '툴체인을 그 컴퓨터의 같은 경로에 두거나 볼륨으로 가져가세요',
  'toolchain-field': '{name}의 설명이 거부되었습니다. {field}: {~why}',
  'toolchain-label': '영문자, 숫자, “.”, “_”, “+”, “-”만 쓰세요',
  'toolchain-path-characters': '경로에 볼륨, 셸, 검색 경로가 특별하게 읽는 문자가 있습니다',
  'toolchain-path-begin': '경로는 “/”로 시작해야 합니다',
  'toolchain-mount-hides':
    '그곳에 마운트하면 이미지가 그 폴더에 둔 것을 가립니다. /opt나 /toolchains 아래에 마운트하세요',
  'toolchain-variable-name': '변수 이름은 영문자, 숫자, “_”로 씁니다',
  'toolchain-variable-value': '값은 “$”와 줄바꿈 없이 그대로 써야 합니다',
  'toolchain-drive-letter': '엔진은 한 글자를 드라이브로 봅니다',
  'toolchain-path-as-folders': 'PATH와 LD_LIBRARY_PATH는 폴더로 적으세요',
  'toolchain-layer-comma': '경로에 “,”가 있는 폴더에는 계층을 얹을 수 없습니다. 이름을 바꾸세요',
  'toolchain-layer-volume': '볼륨에는 비공개 계층을 얹을 수 없습니다. 둘 중 하나를 빼세요',
  'toolchain-none': '{name} 툴체인이 없습니다',
  'toolchain-commands': '“drydock toolchain list”로 목록을 보고, “drydock toolchain add”로 추가합니다',
  'toolchain-no-version': '{name} 툴체인의 버전 {version}이(가) 없습니다. 있는 버전: {others}',
  'toolchain-no-image': '엔진에 이미지 {image}이(가) 없습니다. 먼저 받으세요: {command}',
  'toolchain-folder-gone': '{name}의 폴더가 없습니다: {folder}',
  'toolchain-layout': '파일의 형식 때문에 {name}을(를) 추가할 수 없습니다. 직접 추가하세요',
  'toolchain-not-assigned': '러너에 {name} 툴체인이 없습니다',
  'toolchain-assigned-others': '러너에 {name} 툴체인이 없습니다. 있는 것: {others}',
  'toolchain-checksum': '{file}의 체크섬이 {wanted}이(가) 아니라 {found}입니다. 다시 내려받으세요',
  'toolchain-no-archive': '{file}은(는) 읽을 수 있는 압축 파일이 아닙니다: tar, tar.gz, tar.xz, tar.zst, zip',
  'toolchain-needs-xz': '.tar.xz를 풀려면 xz 프로그램이 필요합니다. xz-utils 패키지를 설치하세요',
  'toolchain-image-no-folder': '이미지 {image}에 {folder} 폴더가 없습니다',
  'toolchain-destination': '{folder}이(가) 이미 있습니다. 다른 폴더를 고르거나 지우세요',
  'toolchain-archive-link': '압축 파일이 “{name}”을(를) 링크 뒤에 두어 거부되었습니다',
  'toolchain-archive-device': '압축 파일에 장치 “{name}”이(가) 있어 거부되었습니다',
  'toolchain-archive-leaves': '압축 파일의 “{name}”이(가) 폴더를 벗어나 거부되었습니다',
  'toolchain-archive-empty': '압축 파일이 비어 있습니다',
  'toolchain-unreadable': '{name} 툴체인을 읽을 수 없습니다: {~why}',
  'toolchain-drifted':
    '{name} 툴체인이 더 이상 원래 내용이 아닙니다: {+changes}. “drydock toolchain accept {name}”으로 승인하거나, “--as VERSION”을 붙여 새 버전으로 승인하거나, 원래 내용을 되돌려 놓으세요',
  'drift-changed': '{file} 변경됨',
  'drift-added': '{file} 추가됨',
  'drift-removed': '{file} 삭제됨',
  'drift-more': '그 외 {count}개',
  'toolchain-requested': 'DRYDOCK_TOOLCHAINS: {~why}',
  'toolchain-licensed': '{name}은(는) {projects}에만 허가되었으며, 이 작업은 {project}의 작업입니다',
  'toolchain-not-permitted':
    '러너 {runner}이(가) {name}을(를) 허용하지 않습니다. 허용하려면: drydock toolchain add {name} --on-request {runner} --replace',
  'toolchain-withheld':
    '{name} 툴체인을 제공하지 않습니다. {projects}에만 허가되었고 {project}에는 허가되지 않았습니다',
  'toolchain-no-current':
    '{name} 툴체인에 현재 버전이 없습니다. {others} 중 하나를 지정하세요. 예: {example}',
  'toolchain-not-json': '{file}은(는) JSON이 아닙니다. 고치거나 지우세요',
  'toolchain-volume-wrong':
    '볼륨 {volume}의 내용이 {name}과(와) 다릅니다. {file}이(가) 이곳의 것과 다릅니다. 다시 가져오세요',
  'toolchain-volume-extra':
    '볼륨 {volume}에 {name} 외에 {file}이(가) 있습니다. “docker volume rm {volume}”으로 지우고 다시 가져오세요',
  'toolchain-volume-taken':
    '엔진에 볼륨 {volume}이(가) 이미 있지만 {name}의 이 내용이 아닙니다. 다른 이름을 고르거나 “docker volume rm {volume}”으로 지우세요',
  'toolchain-volume-kind': '{name}은(는) 파일도 폴더도 링크도 아니어서 볼륨에 담을 수 없습니다',
  'toolchain-volume-missing':
    '{url}의 엔진에 {name} 툴체인이 담긴 볼륨 {volume}이(가) 없습니다. “drydock toolchain import {name} --volume {volume}”으로 가져오세요',
  'toolchain-volume-other':
    '{url}의 엔진의 볼륨 {volume}에 {name} 툴체인({content})이 아닌 것이 있습니다. “drydock toolchain import {name} --volume {volume}”으로 가져오세요',
  'toolchain-no-runner': 'runners[{index}]이(가) 없습니다',
  'toolchain-file-edit': '{name}을(를) 위해 파일을 고칠 수 없습니다: {~why}',
  'toolchain-other-remedy': '이 해결책은 러너가 아니라 툴체인을 바꿉니다',
  'toolchain-unpack': '{file}을(를) 풀 수 없습니다: {~why}',
  'toolchain-reference':
    '“{text}”은(는) 툴체인 이름이 아닙니다. atlas500@20.2처럼 NAME 또는 NAME@VERSION으로 쓰세요',
  'toolchain-no-marks':
    'pre_build_script에 {name}의 것으로 표시할 줄이 없습니다. 볼륨 “{volume}”을(를) 지운 뒤 “drydock toolchain assign”으로 배정하세요',
  'no-text-layout': '파일의 형식 때문에 이 변경을 할 수 없습니다. 직접 고치세요',
  'no-section-for': '파일에 {section} 섹션이 없습니다. 이 줄을 직접 추가하세요: {row}',
  'no-row-for': '파일에 {key} 줄이 없습니다',
  'toolchain-volume-drifted':
    '{folder}이(가) 기록된 {name}의 내용과 다릅니다. 먼저 변경을 받아들이거나 되돌리세요',
}
