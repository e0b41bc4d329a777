namespace System.Runtime;

/// <summary>Binds an <c>extern</c> method to a linker symbol as a plain call. ILC knows the attribute by its name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeImportAttribute(string dllName, string entryPoint) : Attribute
{
    public string DllName { get; } = dllName;

    public string EntryPoint { get; } = entryPoint;
}
