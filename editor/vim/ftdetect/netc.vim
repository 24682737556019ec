" Generated: see syntax/netc.vim
autocmd BufRead,BufNewFile *.net setfiletype netc
