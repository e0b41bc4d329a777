using System;
using System.Collections.Generic;
using KernelMem.Addresses;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation;

/// <content>Control registers, model-specific registers, INVPCID and CPUID.</content>
public sealed partial class SimulatedCpu
{
    private const uint EferMsr = 0xC000_0080;
    private const uint PatMsr = 0x277;
    private const uint PkrsMsr = 0x6E1;
    private const ulong AlignmentCheck = 1UL << 18; // RFLAGS.AC

    private const ulong Cr0ProtectedMode = 1UL << 0;
    private const ulong Cr0Paging = 1UL << 31;
    private const ulong Cr3KeepsCaches = 1UL << 63; // in the source of MOV to CR3, with PCIDE
    private const ulong Cr4PhysicalAddressExtension = 1UL << 5;
    private const ulong Cr4Pge = 1UL << 7;
    private const ulong Cr4Umip = 1UL << 11;
    private const ulong Cr4La57 = 1UL << 12;
    private const ulong Cr4Pcide = 1UL << 17;
    private const ulong Cr4Smep = 1UL << 20;
    private const ulong Cr4Smap = 1UL << 21;
    private const ulong Cr4Pke = 1UL << 22;
    private const ulong Cr4Pks = 1UL << 24;
    private const ulong EferNxe = 1UL << 11;

    // VME, PVI, TSD, DE, PSE, PAE, MCE, PCE, OSFXSR, OSXMMEXCPT, VMXE, SMXE, FSGSBASE, OSXSAVE: no business of the MMU's.
    private const ulong Cr4Always = 0x5_677F;

    private readonly Dictionary<uint, ulong> _msrs = [];
    private WalkRegisters _walkRegisters;
    private bool _hasTables;

    /// <summary>The registers that translation depends on. At first, <see cref="MmuRegisters.LongMode"/> with what there is.</summary>
    public MmuRegisters Registers
    {
        get;
        private set
        {
            field = value;
            _walkRegisters = value.ToWalk();
        }
    }

    /// <summary>CR0. Writing flushes only if it turns paging off: rights are judged anew at each access.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The processor would raise #GP: bits above 31, PG without PE, PG off with PCIDE.</exception>
    public ulong Cr0
    {
        get => Registers.Cr0;
        set
        {
            bool paging = (value & Cr0Paging) != 0;
            Require(value >> 32 == 0, "CR0", value, "bits 63:32 are reserved");
            Require(!paging || (value & Cr0ProtectedMode) != 0, "CR0", value, "PG needs PE");
            Require(paging || (Cr4 & Cr4Pcide) == 0, "CR0", value, "PG cannot be turned off while CR4.PCIDE is on");
            bool turnedOff = !paging && (Cr0 & Cr0Paging) != 0;
            Registers = Registers with { Cr0 = value };
            if (turnedOff)
                FlushAll();
        }
    }

    /// <summary>The address of the last page fault.</summary>
    public ulong Cr2 { get; private set; }

    /// <summary>
    /// CR3. Writing drops the translations that are not global, and the upper entries, of the process-context identifier that is written
    /// (0 without CR4.PCIDE). With CR4.PCIDE, bit 63 of the value written says to drop nothing; it is not kept (Intel SDM Vol. 3A
    /// §4.10.4.1).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The processor would raise #GP: the value has bits that are reserved.</exception>
    public ulong Cr3
    {
        get => Registers.Cr3;
        set
        {
            bool keep = (Cr4 & Cr4Pcide) != 0 && (value & Cr3KeepsCaches) != 0;
            ulong kept = keep ? value & ~Cr3KeepsCaches : value;
            ulong addressBits = (1UL << Machine.Features.PhysicalAddressBits) - 1;
            Require((kept & ~addressBits & ~_features.EncryptionMask) == 0, "CR3", value, "it has reserved bits");
            Registers = Registers with { Cr3 = kept };
            _hasTables = true;
            if (keep)
                return;
            Caches.DropContext(Context);
            _flushes++;
        }
    }

    /// <summary>
    /// CR4. Writing drops everything if it changes PGE or turns PCIDE off, and everything of the current context, global or not, if it
    /// changes PAE or turns SMEP on (Intel SDM Vol. 3A §4.10.4.1).
    /// </summary>
    /// <remarks>LA57 may be changed here, though a processor cannot do so in long mode; that drops everything.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The processor would raise #GP: a reserved bit, one of a feature that <see cref="MmuFeatures"/> says is absent, or PCIDE turned on
    /// while bits 11:0 of CR3 are not 0. Or a bit is not simulated: CET, LAM.
    /// </exception>
    public ulong Cr4
    {
        get => Registers.Cr4;
        set
        {
            ulong before = Registers.Cr4;
            Require((value & ~SupportedCr4()) == 0, "CR4", value, "it has bits that are reserved or of features that are absent");
            ulong turnedOn = value & ~before;
            Require((turnedOn & Cr4Pcide) == 0 || (Cr3 & WalkRegisters.ContextMask) == 0, "CR4", value, "PCIDE needs CR3[11:0] = 0");

            int context = Context;
            ulong changed = value ^ before;
            Registers = Registers with { Cr4 = value };
            if ((changed & (Cr4Pge | Cr4La57)) != 0 || (changed & ~value & Cr4Pcide) != 0)
            {
                FlushAll();
            }
            else if ((changed & Cr4PhysicalAddressExtension) != 0 || (turnedOn & Cr4Smep) != 0)
            {
                Caches.DropContextAndGlobals(context);
                _flushes++;
            }
        }
    }

    /// <summary>IA32_EFER, also model-specific register 0xC000_0080.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The processor would raise #GP: NXE where <see cref="MmuFeatures.Nx"/> is absent.</exception>
    public ulong Efer
    {
        get => Registers.Efer;
        set
        {
            Require(Machine.Features.Nx || (value & EferNxe) == 0, "EFER", value, "there is no NX");
            Registers = Registers with { Efer = value };
        }
    }

    /// <summary>PKRU: the rights of protection keys on user pages, two bits each (WRPKRU). It counts with CR4.PKE.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such register: <see cref="MmuFeatures.Pku"/> is absent.</exception>
    public uint Pkru
    {
        get => Registers.Pkru;
        set
        {
            Require(Machine.Features.Pku, "PKRU", value, "there are no protection keys");
            Registers = Registers with { Pkru = value };
        }
    }

    /// <summary>RFLAGS.AC: whether a supervisor may touch user pages in spite of SMAP (STAC, CLAC).</summary>
    public bool UserAccessAllowed
    {
        get => (Registers.Flags & AlignmentCheck) != 0;
        set => Registers = Registers with { Flags = value ? Registers.Flags | AlignmentCheck : Registers.Flags & ~AlignmentCheck };
    }

    /// <summary>Drops what is cached of contexts (INVPCID, Intel SDM Vol. 2A, Vol. 3A §4.10.4.1).</summary>
    /// <param name="type">
    /// 0: what would be used for the address in the context, but global translations. 1: everything of the context but global
    /// translations. 2: everything of all contexts. 3: everything of all contexts but global translations.
    /// </param>
    /// <param name="contextIdentifier">The process-context identifier, 0 to 4095, for types 0 and 1.</param>
    /// <param name="address">The address, for type 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The processor would raise #UD (there is no INVPCID) or #GP (no such type; an identifier above 4095, or for types 0 and 1 not 0
    /// without CR4.PCIDE; for type 0 an address that is not canonical).
    /// </exception>
    public void InvalidateContext(int type, int contextIdentifier, VirtAddr address)
    {
        Require(Machine.Features.InvPcid, "INVPCID", (ulong)type, "there is no such instruction");
        Require(type is >= 0 and <= 3, "INVPCID", (ulong)type, "there is no such type");
        Require(contextIdentifier is >= 0 and <= 4095, "INVPCID", (ulong)contextIdentifier, "there is no such identifier");
        Require(
            type > 1 || contextIdentifier == 0 || _walkRegisters.ContextIdentifiers,
            "INVPCID",
            (ulong)contextIdentifier,
            "without CR4.PCIDE there is 0 only");
        Require(
            type != 0 || TableWalk.IsCanonical(address.Value, _walkRegisters.Levels), "INVPCID", address.Value, "it is not canonical");
        switch (type)
        {
            case 0:
                Machine.Adversary?.Remember(address.Value);
                Caches.DropAddress(contextIdentifier, address.Value);
                _pageInvalidations++;
                return;
            case 1:
                Caches.DropContext(contextIdentifier);
                break;
            case 2:
                Caches.DropAll();
                break;
            default:
                Caches.DropNonGlobal();
                break;
        }

        _flushes++;
    }

    /// <summary>Reads a model-specific register. One that was never written reads as 0, but IA32_PAT as after reset.</summary>
    public ulong ReadMsr(uint register) => register switch
    {
        EferMsr => Efer,
        PatMsr => Registers.Pat,
        PkrsMsr => Registers.Pkrs,
        _ => _msrs.GetValueOrDefault(register),
    };

    /// <summary>Writes a model-specific register.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The processor would raise #GP: see <see cref="Efer"/>; a memory type that there is not, in IA32_PAT; IA32_PKRS where
    /// <see cref="MmuFeatures.Pks"/> is absent, or with bits above 31.
    /// </exception>
    public void WriteMsr(uint register, ulong value)
    {
        switch (register)
        {
            case EferMsr:
                Efer = value;
                break;
            case PatMsr:
                Require(ArePatTypes(value), "IA32_PAT", value, "a byte is no memory type");
                Registers = Registers with { Pat = value };
                break;
            case PkrsMsr:
                Require(Machine.Features.Pks && value >> 32 == 0, "IA32_PKRS", value, "there is none, or it has reserved bits");
                Registers = Registers with { Pkrs = (uint)value };
                break;
            default:
                _msrs[register] = value;
                break;
        }
    }

    /// <summary>What the processor says of itself (CPUID): of what <see cref="MmuFeatures"/> describes, and of nothing else.</summary>
    /// <param name="leaf">EAX: 0, 1, 7, 0x8000_0000, 0x8000_0001, 0x8000_0008, 0x8000_001F. Others are all zeros.</param>
    /// <param name="subleaf">ECX, for leaf 7: 0.</param>
    public (uint Eax, uint Ebx, uint Ecx, uint Edx) ReadCpuId(uint leaf, uint subleaf) =>
        CpuIdLeaves.Read(Machine.Features, osUsesKeys: _walkRegisters.UserKeys, leaf, subleaf);

    private ulong SupportedCr4()
    {
        MmuFeatures features = Machine.Features;
        return Cr4Always
            | (features.Pge ? Cr4Pge : 0)
            | (features.Umip ? Cr4Umip : 0)
            | (features.La57 ? Cr4La57 : 0)
            | (features.Pcid ? Cr4Pcide : 0)
            | (features.Smep ? Cr4Smep : 0)
            | (features.Smap ? Cr4Smap : 0)
            | (features.Pku ? Cr4Pke : 0)
            | (features.Pks ? Cr4Pks : 0);
    }

    private static bool ArePatTypes(ulong value)
    {
        for (int index = 0; index < 8; index++)
        {
            if ((value >> (8 * index) & 0xFF) is 2 or 3 or > 7)
                return false;
        }

        return true;
    }

    private static void Require(bool condition, string register, ulong value, string reason)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(nameof(value), $"{register}: 0x{value:X}: {reason}");
    }
}
