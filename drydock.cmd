@echo off
rem Starts Drydock with a Node.js that is new enough.
setlocal
set "home=%~dp0"
set "program=%home%main\cli\index.ts"
if not exist "%program%" set "program=%home%dist\cli.js"
if not exist "%program%" (
  echo drydock: its program is missing in %home%; install Drydock again. 1>&2
  exit /b 1
)
set "node="
call :consider "%home%node_modules\node\bin\node.exe"
for /f "delims=" %%n in ('where node 2^>nul') do call :consider "%%n"
if not defined node (
  echo drydock: Drydock needs Node.js 24 or newer; run "npm ci" in %home% or install Node.js from https://nodejs.org. 1>&2
  exit /b 1
)
rem What Node.js has compiled once it need not compile again; and an idle runner has little short-lived memory.
if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=%LOCALAPPDATA%\drydock\node"
"%node%" --max-semi-space-size=2 "%program%" %*
exit /b %errorlevel%

:consider
if defined node exit /b 0
if not exist %1 exit /b 0
rem 24 is the first Node.js that has "await using".
%1 -e "process.exit(Number(process.versions.node.split('.')[0]) >= 24 ? 0 : 1)" >nul 2>&1
if not errorlevel 1 set "node=%~1"
exit /b 0
