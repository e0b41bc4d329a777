namespace System.Runtime;

/// <summary>Binds an <c>extern</c> method to a linker symbol: a plain call by the System V convention.</summary>
/// <remarks>ILC knows this attribute by name, in whichever assembly it stands.</remarks>
public sealed class RuntimeImportAttribute : Attribute
{
    public RuntimeImportAttribute(string dllName, string entryPoint)
    {
    }
}

/// <summary>Gives a static method a linker symbol.</summary>
public sealed class RuntimeExportAttribute : Attribute
{
    public RuntimeExportAttribute(string entryPoint)
    {
    }
}
