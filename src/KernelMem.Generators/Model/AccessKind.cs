namespace KernelMem.Generators.Model;

/// <summary>What software may do with a field. The numbers are those of <c>KernelMem.Annotations.FieldAccess</c>.</summary>
internal enum AccessKind
{
    ReadWrite = 0,
    ReadOnly = 1,
    WriteOnly = 2,
    WriteOneToClear = 3,
}
