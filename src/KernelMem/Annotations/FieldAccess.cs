namespace KernelMem.Annotations;

/// <summary>What software may do with a field of a <see cref="BitLayoutAttribute">layout</see>.</summary>
public enum FieldAccess : byte
{
    /// <summary>Read it and write it.</summary>
    ReadWrite = 0,

    /// <summary>Read it: the hardware sets it, and ignores what is written. There is no <c>With…</c> method.</summary>
    ReadOnly = 1,

    /// <summary>
    /// Write it: what is read back means nothing. There is no getter; the property is declared <c>{ init; }</c>.
    /// </summary>
    WriteOnly = 2,

    /// <summary>
    /// Read it, and clear it by writing ones: a word that is read and written back would clear whatever has happened meanwhile. There
    /// is a <c>Clear…</c> method instead of a <c>With…</c> method, and the <c>With…</c> methods of all other fields give a word whose
    /// write-1-to-clear bits are zero.
    /// </summary>
    WriteOneToClear = 3,
}
