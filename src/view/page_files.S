/* The built page's files as bytes of the binary; their paths are given by CMake. */
#if defined(__ELF__)
    .section .rodata
#endif
    .macro carry name, path
    .global \name
\name:
    .incbin "\path"
    .global \name\()_end
\name\()_end:
    .byte 0
    .endm

    carry orrery_page_index, ORRERY_PAGE_INDEX
    carry orrery_page_script, ORRERY_PAGE_SCRIPT
    carry orrery_page_style, ORRERY_PAGE_STYLE

#if defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
