import type { OthersWords } from './others-words.ts'

/** What file systems, the network and TLS say, by Node and by Go. */
export const systemWords: OthersWords = [
  // Sockets first: their ENOENT is no missing file.
  [
    /connect (?:ENOENT|ECONNREFUSED) \/|connect: no such file/,
    '没有程序在此套接字上应答',
    '이 소켓에서 응답하는 프로그램이 없습니다',
  ],
  [/connect EACCES|connect: permission denied/, '无权使用此套接字', '이 소켓을 사용할 권한이 없습니다'],
  [/\bENOENT\b|no such file or directory/, '没有此文件或文件夹', '파일이나 폴더가 없습니다'],
  [/\bEACCES\b|permission denied/i, '没有权限', '권한이 없습니다'],
  [/\bEPERM\b|operation not permitted/, '不允许此操作', '허용되지 않는 작업입니다'],
  [/\bENOSPC\b|no space left on device/, '磁盘已满', '디스크에 남은 공간이 없습니다'],
  [/\bEDQUOT\b|disk quota exceeded/i, '超出磁盘配额', '디스크 할당량을 넘었습니다'],
  [/\bEROFS\b|read-only file system/, '文件系统为只读', '파일 시스템이 읽기 전용입니다'],
  [/\bEISDIR\b|is a directory/, '这是文件夹，而不是文件', '파일이 아니라 폴더입니다'],
  [/\bENOTDIR\b|not a directory/, '路径中有一段不是文件夹', '경로의 일부가 폴더가 아닙니다'],
  [/\bEEXIST\b|file exists/, '已存在', '이미 있습니다'],
  [/\bENOTEMPTY\b|directory not empty/, '文件夹不为空', '폴더가 비어 있지 않습니다'],
  [/\bEBUSY\b|resource busy/, '正在使用中', '사용 중입니다'],
  [/\bETXTBSY\b|text file busy/, '程序正在运行', '프로그램이 실행 중입니다'],
  [/\bEMFILE\b|\bENFILE\b|too many open files/, '打开的文件过多', '열린 파일이 너무 많습니다'],
  [/\bENAMETOOLONG\b|file name too long/, '名称过长', '이름이 너무 깁니다'],
  [/\bEIO\b|input\/output error/, '磁盘读写出错', '디스크를 읽거나 쓰는 중에 오류가 났습니다'],
  [/\bEXDEV\b|cross-device link/, '不能跨文件系统移动', '다른 파일 시스템으로 옮길 수 없습니다'],
  [/\bENOMEM\b|cannot allocate memory/, '内存不足', '메모리가 부족합니다'],
  [/\bEADDRINUSE\b|address already in use/, '端口已被占用', '포트를 이미 사용 중입니다'],
  [/\bECONNREFUSED\b|connection refused/, '对方拒绝连接', '상대가 연결을 거부했습니다'],
  [/\bENOTFOUND\b|no such host|\bEAI_NONAME\b/, 'DNS 找不到此名称', 'DNS에서 이 이름을 찾을 수 없습니다'],
  [/\bEAI_AGAIN\b|server misbehaving/, 'DNS 没有应答', 'DNS가 응답하지 않습니다'],
  [
    /\bECONNRESET\b|\bEPIPE\b|socket hang up|connection reset by peer|broken pipe|unexpected EOF|: EOF$/,
    '连接已中断',
    '연결이 끊어졌습니다',
  ],
  [
    /\bETIMEDOUT\b|i\/o timeout|Client\.Timeout|TLS handshake timeout|deadline exceeded|request canceled while waiting/,
    '没有及时响应',
    '제때 응답하지 않았습니다',
  ],
  [
    /\bEHOSTUNREACH\b|\bENETUNREACH\b|no route to host|network is unreachable/,
    '没有通往该主机的网络',
    '이 호스트로 가는 네트워크가 없습니다',
  ],
  [/certificate has expired|CERT_HAS_EXPIRED/, '证书已过期', '인증서가 만료되었습니다'],
  [
    /does not match certificate's altnames|certificate is valid for .+, not |ERR_TLS_CERT_ALTNAME_INVALID/,
    '证书属于另一个名称',
    '인증서가 다른 이름의 것입니다',
  ],
  [
    /self-signed certificate|unable to verify the first certificate|unable to get (?:local )?issuer certificate|signed by unknown authority/,
    '证书的签发机构不受信任',
    '인증서를 발급한 기관을 신뢰할 수 없습니다',
  ],
  [
    /server gave HTTP response to HTTPS client|wrong version number/,
    '服务器使用 http，而不是 https',
    '서버가 https가 아니라 http를 사용합니다',
  ],
  [/\bEINVAL\b|invalid argument/, '参数无效', '인수가 올바르지 않습니다'],
]
