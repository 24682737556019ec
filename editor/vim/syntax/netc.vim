" Vim syntax file of netc, a language for neural networks.
" Generated from the tables of the language: node scripts/run-ts.mjs scripts/highlighting.ts

if exists("b:current_syntax")
  finish
endif
let s:cpo_save = &cpo
set cpo&vim

syntax case match
syntax iskeyword @,48-57,_,192-255
syntax sync minlines=400

syntax match netcOperator /\%(\.\.\.\|\.\.=\|\.\.\|->\|=>\|==\|!=\|<=\|>=\|-\|<\|>\|=\|+\|\*\|\/\|%\|\^\||\|@\)/
syntax match netcStrange /[&!'#$?~`\\]/
syntax match netcOperator /!=/
syntax match netcNumber /\%(\%(^\|[^.]\)\.\)\@2<!\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][+-]\=\d\+\)\=\%(\%(KiB\|MiB\|GiB\|KB\|MB\|GB\|k\|M\|G\|T\)\>\)\=/
syntax match netcName /\<\h\w*/
syntax match netcFunction /\<\h\w*\%(\s*(\)\@=/
syntax match netcBlock /\<\u\w*\%(\s*(\)\@=/
syntax match netcNamespace /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(pool\|random\)\%(\.\h\w*\s*(\)\@=/
syntax match netcConstant /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(training\|inf\|pi\)\>/
syntax match netcOption /\%(\%(^\|[^.]\)\.\)\@2<!\<\h\w*\%(\s*:\)\@=/
syntax match netcChoiceValue /\%(\%(^\|[^.]\)\.\)\@2<!\<\h\w*\%(\s*\%(=>\||\)\)\@=/
syntax match netcChoiceValue /\%(|\s*\)\@8<=\<\h\w*/
syntax match netcType /\%(:\s*\)\@8<=\%(float\|int\|bool\|init\|axis\)\>\%(\s*[:(]\)\@!/
syntax match netcType /\%(\[\)\@1<=\%(float\|int\|bool\|init\|axis\)\>\%(\s*;\)\@=/
syntax match netcType /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(f32\|f16\|bf16\|i32\|bool\)\>\%(\s*:\)\@!/ nextgroup=netcShape
syntax match netcAxis /\%(\%(^\|[^.]\)\.\)\@2<!\<\h\w*/ contained
syntax match netcAxis /\%(\%(over\|axis\|after\):\s*\)\@12<=\%(\%(let\|return\|where\|for\|in\|if\|then\|else\|match\|and\|or\|not\|true\|false\)\>\)\@!\<\h\w*\%(\w\|\s*[(:[.]\)\@!/
syntax region netcShape matchgroup=netcDelimiter start=/\[/ end=/\]/ end=/[{}]/me=e-1 contained contains=@netcInShape
syntax cluster netcInShape contains=netcShape,netcAxis,netcNumber,netcOperator,netcShapeCall,netcComment,netcControl,netcWordOperator,netcBoolean
syntax match netcShapeCall /\<\h\w*\%(\s*(\)\@=/ contained
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(let\|where\)\>\%(\s*:\)\@!/
syntax match netcControl /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(return\|for\|in\|if\|then\|else\|match\)\>\%(\s*:\)\@!/
syntax match netcWordOperator /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(and\|or\|not\)\>\%(\s*:\)\@!/
syntax match netcBoolean /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(true\|false\)\>\%(\s*:\)\@!/
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(composite\|block\|model\|choice\|weights\|ablation\|train\|input\|output\|param\|state\|update\|of\)\>\%(\s\+\%(\%(let\|return\|where\|for\|in\|if\|then\|else\|match\|and\|or\|not\|true\|false\)\>\)\@!\h\)\@=/
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(assume\|assert\)\>\%(\s\+[0-9A-Za-z_([]\)\@=/
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(import\|config\|with\)\>\%(\s*{\)\@=/
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(from\|ignore\)\>\%(\s*"\)\@=/
syntax match netcForm /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(rearrange\|einsum\|conv\|conv_transpose\)\>\%(\s*(\)\@=/
syntax match netcRow /^\s*\zs\h\w*\%(\s\+"[^"]*"\s*=\)\@=/
syntax match netcBlock /\%(\<\%(block\|model\|choice\|train\|of\)\s\+\)\@16<=\u\w*\%(\s*:\)\@!/
syntax match netcFunction /\%(\<block\s\+\)\@12<=\l\w*/
syntax region netcTraining matchgroup=netcDeclaration start=/^\s*train\%(\s\+\h\w*\s*{\)\@=/ matchgroup=NONE end=/^}/ contains=TOP
syntax region netcPlan matchgroup=netcDeclaration start=/^\s*weights\%(\s\+\h\w*\s\+of\>\)\@=/ matchgroup=NONE end=/^}/ contains=TOP
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(data\|loss\|optimizer\|schedule\|epochs\|steps\|batch\|accumulate\|ema\|patience\|metrics\)\>\%(\s\+\%(\%(let\|return\|where\|for\|in\|if\|then\|else\|match\|and\|or\|not\|true\|false\)\>\)\@![0-9A-Za-z_([-]\)\@=/ contained containedin=netcTraining
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<at\%(\s\+original\>\)\@=/ contained containedin=netcTraining
syntax match netcDeclaration /\%(\<at\s\+\)\@10<=original\>/ contained containedin=netcTraining
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<normalised\%(\s\+by\>\)\@=/ contained containedin=netcTraining
syntax match netcDeclaration /\%(\<normalised\s\+\)\@18<=by\>/ contained containedin=netcTraining
syntax match netcDeclaration /\%(\%(^\|[^.]\)\.\)\@2<!\<\%(fresh\|freeze\)\>\%(\s*[0-9A-Za-z_{*]\)\@=/ contained containedin=netcPlan
syntax match netcForm /\%(->\s*\)\@8<=\%(split\|transpose\|cast\|resize\|slice\)\>\%(\s*(\)\@=/ contained containedin=netcPlan
syntax match netcEscape /\\./ contained
syntax region netcString start=/"/ skip=/\\./ end=/"/ oneline contains=netcEscape
syntax match netcUnclosed /"\%([^"\\]\|\\.\)*\\\=$/
syntax match netcComment /\/\/.*$/ contains=@Spell
syntax match netcDocumentation /\/\/[/!].*$/ contains=@Spell

highlight default link netcDeclaration Keyword
highlight default link netcControl Conditional
highlight default link netcWordOperator Operator
highlight default link netcBoolean Boolean
highlight default link netcForm Statement
highlight default link netcComment Comment
highlight default link netcDocumentation SpecialComment
highlight default link netcString String
highlight default link netcEscape SpecialChar
highlight default link netcUnclosed Error
highlight default link netcNumber Number
highlight default link netcType Type
highlight default link netcBlock Structure
highlight default link netcFunction Function
highlight default link netcNamespace Include
highlight default link netcOption Identifier
highlight default link netcAxis Special
highlight default link netcChoiceValue Constant
highlight default link netcConstant Constant
highlight default link netcRow Label
highlight default link netcOperator Operator
highlight default link netcStrange Error
highlight default link netcShapeCall Function

let b:current_syntax = "netc"
let &cpo = s:cpo_save
unlet s:cpo_save
