using System;

namespace KernelMem.Platform;

/// <summary>What a processor has, or has on, of what paging depends on. A set: members combine.</summary>
[Flags]
public enum CpuFeatureSet : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>WP: read-only pages are read-only for the kernel too. Every processor has it. CR0.WP.</summary>
    WriteProtect = 1 << 0,

    /// <summary>NX: pages that are not executable. CPUID.8000_0001H:EDX[20]; IA32_EFER.NXE.</summary>
    NoExecute = 1 << 1,

    /// <summary>PAT: cache types by page. CPUID.1:EDX[16]; the IA32_PAT MSR.</summary>
    CacheTypes = 1 << 2,

    /// <summary>PGE: translations that survive a change of address space. CPUID.1:EDX[13]; CR4.PGE.</summary>
    GlobalPages = 1 << 3,

    /// <summary>Pages of 1 GiB. CPUID.8000_0001H:EDX[26]; nothing to turn on.</summary>
    GigabytePages = 1 << 4,

    /// <summary>SMEP: the kernel does not execute programs' pages. CPUID.(7,0):EBX[7]; CR4.SMEP.</summary>
    ExecutionPrevention = 1 << 5,

    /// <summary>SMAP: the kernel does not touch programs' pages but where it says so. CPUID.(7,0):EBX[20]; CR4.SMAP.</summary>
    AccessPrevention = 1 << 6,

    /// <summary>UMIP: programs do not read descriptor-table addresses. CPUID.(7,0):ECX[2]; CR4.UMIP.</summary>
    InstructionPrevention = 1 << 7,

    /// <summary>PCID: translations are kept apart by address space. CPUID.1:ECX[17]; CR4.PCIDE.</summary>
    ContextIdentifiers = 1 << 8,

    /// <summary>The INVPCID instruction. CPUID.(7,0):EBX[10]; nothing to turn on.</summary>
    ContextInvalidation = 1 << 9,

    /// <summary>PKU: protection keys of programs' pages. CPUID.(7,0):ECX[3]; CR4.PKE.</summary>
    UserKeys = 1 << 10,

    /// <summary>PKS: protection keys of the kernel's pages. CPUID.(7,0):ECX[31]; reported only, CR4.PKS is left as it is.</summary>
    SupervisorKeys = 1 << 11,

    /// <summary>LA57: five levels, addresses of 57 bits. CPUID.(7,0):ECX[16]; CR4.LA57, which cannot change in long mode.</summary>
    FiveLevels = 1 << 12,

    /// <summary>SME or SEV: memory encrypted by page. CPUID.8000_001FH:EAX[1:0] (AMD64 APM Vol. 2 §7.10); reported only.</summary>
    Encryption = 1 << 13,
}
